using Ganglion.Testing;

namespace EndToEnd;

/// <summary>Runs of tests/FaultProcess on one folder.</summary>
internal static class FaultyRun
{
    /// <summary>How a shell, and .NET, tell of a process that was killed.</summary>
    public const int Killed = 128 + 9;

    private static readonly string[] OfBroker =
        ["round.", "offsets.", "commit-file.", "recovery.", "epoch.", "segment.", "file.", "compaction.", "retention.", "topic."];

    /// <summary>The points of the embedded broker.</summary>
    public static IEnumerable<string> BrokerPoints => FaultInjection.Points.Where(point => OfBroker.Any(prefix => point.StartsWith(prefix, StringComparison.Ordinal)));

    /// <summary>All other points.</summary>
    public static IEnumerable<string> AgentPoints => FaultInjection.Points.Except(BrokerPoints);

    /// <returns>0, or <see cref="Killed"/> if it was killed at a point.</returns>
    public static async Task<int> RunAsync(TemporaryFolder folder, string faults, params string[] arguments)
    {
        await using var process = SampleProcess.StartFaulty(folder.File(""), faults, arguments);
        (int exitCode, _) = await process.WaitForExitAsync();
        if (exitCode == Killed)
        {
            process.Errors.ShouldStartWith("Killed at ");
        }
        else
        {
            exitCode.ShouldBe(0, process.Errors);
        }

        return exitCode;
    }

    /// <summary>Dies at a point, the first time that it comes there, then a later time, and goes on until all is done.</summary>
    public static async Task KillAtAsync(TemporaryFolder folder, string point)
    {
        (await RunAsync(folder, $"kill:{point}")).ShouldBe(
            Killed, "tests/FaultProcess does not come to this point, so nothing is known of it: let it do what leads there.");
        if (await RunAsync(folder, $"kill:{point}@7") == Killed)
        {
            (await RunAsync(folder, "")).ShouldBe(0);
        }
    }
}
