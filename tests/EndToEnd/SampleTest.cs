// They mostly wait for processes that start, or for a cluster that has to miss one.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]

namespace EndToEnd;

/// <summary>The sample as people use it: real processes, a data folder of the test's own, HTTP.</summary>
public abstract class SampleTest : IDisposable
{
    private protected const string Required = "human_in_loop.required";
    private protected const string Completed = "human_in_loop.completed";
    private protected const string Ignored = "human_in_loop.ignored";
    private protected const string Classified = "invoice.classified";

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected SampleProcess Start(params string[] arguments) => SampleProcess.Start(Folder.Data, arguments);

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it has written.</returns>
    private protected async Task<IReadOnlyList<string>> RunAsync(params string[] arguments)
    {
        await using SampleProcess sample = Start([.. arguments, "--exit-when-done"]);
        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();
        exitCode.ShouldBe(0, sample.Errors);
        return lines;
    }
}
