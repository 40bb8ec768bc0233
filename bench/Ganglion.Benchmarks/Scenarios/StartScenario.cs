using System.Diagnostics;
using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Harness;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How long it takes from nothing to work done.</summary>
internal sealed class StartScenario : IScenario
{
    public string Name => "start";

    public string Description =>
        "The built sample is started on an empty data folder with one invoice: from the start of the process until its timeline shows the "
        + "invoice classified, which is later than its first event is handled and committed.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        await run.MeasureAsync(cancellationToken, async cancellation =>
        {
            using var folder = new TemporaryFolder(run.Settings);
            long started = Stopwatch.GetTimestamp();
            using SampleChild sample = SampleChild.Start(folder.Path, "--count", "1");
            await sample.WaitForAsync("invoice.classified", cancellation);
            return [new("first event handled", Stopwatch.GetElapsedTime(started).TotalSeconds, Unit.Seconds)];
        });
        run.Expect(Verdict.AtMost("first event handled", run["first event handled"], 1));
    }
}
