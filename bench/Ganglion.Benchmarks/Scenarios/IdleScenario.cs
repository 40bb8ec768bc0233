using System.Diagnostics;
using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Harness;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What a host costs that has nothing to do.</summary>
internal sealed class IdleScenario : IScenario
{
    // Until the runtime has compiled what has just run for the second time.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    public string Name => "idle";

    public string Description =>
        "The built sample has classified its invoices and waits: for events, for HTTP requests, and for people whose questions have timers. "
        + "The processor time that its process uses in ten seconds, as a share of one core.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder(run.Settings);
        using SampleChild sample = SampleChild.Start(folder.Path, "--count", "20");
        await sample.WaitForAsync("human_in_loop.required", cancellationToken);
        await Task.Delay(Settling, cancellationToken);
        await run.MeasureAsync(cancellationToken, async cancellation =>
        {
            TimeSpan before = sample.Used;
            long started = Stopwatch.GetTimestamp();
            await Task.Delay(Window, cancellation);
            return [new("share of a core", (sample.Used - before) / Stopwatch.GetElapsedTime(started) * 100, Unit.Percent)];
        });
        run.Expect(Verdict.AtMost("share of a core", run["share of a core"], 0.5));
    }
}
