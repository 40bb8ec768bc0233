using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Harness;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>Whether a long log costs more than a short one.</summary>
internal sealed class GrowthScenario : IScenario
{
    public string Name => "growth";

    public string Description =>
        "Appending half a million events of 128 bytes to a log that holds ten thousand, and to the same log when it holds ten million; "
        + "memory afterwards, in the same process.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        int count = run.Settings.Scaled(10_000_000);
        using var folder = new TemporaryFolder(run.Settings);
        using Child growing = Child.Start("grow", folder.Path, $"{count}");
        foreach (string size in (string[])["10 thousand", "10 million"])
        {
            run.Add(new($"append at {size}", await growing.ReadAsync(cancellationToken), Unit.PerSecond));
            run.Add(new($"managed memory at {size}", await growing.ReadAsync(cancellationToken), Unit.Megabytes));
            run.Add(new($"working set at {size}", await growing.ReadAsync(cancellationToken), Unit.Megabytes));
        }

        await growing.EndAsync(cancellationToken);
        run.Expect(Verdict.AtLeast("append, long log : short log", run.Ratio("append at 10 million", "append at 10 thousand"), 0.9));
        run.Expect(Verdict.AtMost(
            "managed memory, long log : short log", run.Ratio("managed memory at 10 million", "managed memory at 10 thousand"), 1.1));
    }
}
