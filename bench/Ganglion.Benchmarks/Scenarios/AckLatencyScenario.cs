using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How long a producer waits until its event is on disk, while many others wait too.</summary>
internal sealed class AckLatencyScenario : IScenario
{
    private const int Producers = 64;

    public string Name => "ack-latency";

    public string Description =>
        "64 producers append events of 1 KB one at a time and wait until each is on disk (group commit), against a bare 4 KB `write()` "
        + "followed by `fsync()`.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        await run.MeasureAsync(
            cancellationToken,
            _ => Task.FromResult(Samples("write + fsync of 4 KB", PlainFile.WriteAndFlush(run.Settings, run.Settings.Scaled(5_000), 4096))),
            async cancellation =>
            {
                await using EmbeddedSubject subject =
                    await EmbeddedSubject.OpenAsync(run.Settings, Durability.GroupCommit, partitions: 8, cancellation);
                return Samples(
                    "acknowledged append", await subject.AppendOneByOneAsync(Producers, run.Settings.Scaled(200_000), 1024, cancellation));
            });
        run.Expect(Verdict.AtMost(
            "acknowledged append p99 : write + fsync p50", run.Ratio("acknowledged append, p99", "write + fsync of 4 KB, p50"), 5));
    }

    private static Sample[] Samples(string name, Latencies latencies)
    {
        double[] percentiles = latencies.Percentiles(0.5, 0.99);
        return [new(name + ", p50", percentiles[0], Unit.Microseconds), new(name + ", p99", percentiles[1], Unit.Microseconds)];
    }
}
