using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What a durable handler costs.</summary>
internal sealed class WorkflowScenario : IScenario
{
    private const int Concurrency = 1_024;
    private const int HalfLoad = 10_000;

    public string Name => "workflow";

    public string Description =>
        "A handler with three journaled effects, each on disk before the next begins, and a result on the log (group commit). First as fast as "
        + "it goes, then ten thousand a second, with the time from the order's publication until a reader has the result. What is "
        + "allocated is counted for the whole process, publisher and reader included.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        await run.MeasureAsync(cancellationToken, async cancellation =>
        {
            await using WorkflowSubject subject = await WorkflowSubject.StartAsync(run.Settings, Durability.GroupCommit, Concurrency, cancellation);
            (double perSecond, double allocated, Latencies _) = await subject.RunAsync(run.Settings.Scaled(200_000), rate: 0, cancellation);
            (double _, double _, Latencies latencies) = await subject.RunAsync(run.Settings.Scaled(100_000), HalfLoad, cancellation);
            double[] percentiles = latencies.Percentiles(0.5, 0.99);
            return
            [
                new("workflows", perSecond, Unit.PerSecond),
                new("allocated for each", allocated, Unit.Bytes),
                new("at 10,000/s, p50", percentiles[0] / 1000, Unit.Milliseconds),
                new("at 10,000/s, p99", percentiles[1] / 1000, Unit.Milliseconds),
            ];
        });
        run.Expect(Verdict.AtLeast("workflows : 20,000/s", run["workflows"].Median / 20_000, 1));
        run.Expect(Verdict.AtMost("at 10,000/s, p99", run["at 10,000/s, p99"], 50));
    }
}
