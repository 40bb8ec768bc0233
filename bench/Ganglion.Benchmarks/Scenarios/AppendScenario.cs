using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How close the log comes to what the operating system takes.</summary>
internal sealed class AppendScenario : IScenario
{
    private const int EventBytes = 1024;

    public string Name => "append";

    public string Description =>
        "Events of 1 KB appended to one partition of a log on disk by two clients in lists of 1,000, against plain `write()` of as many "
        + "bytes to a new file, an event at a time and in large blocks. Interval mode acknowledges when the operating system has the bytes, as `write()` does; group commit "
        + "acknowledges when they are on disk.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        int count = run.Settings.Scaled(512_000);
        await run.MeasureAsync(
            cancellationToken,
            Plain("write(), 1 MB a call", 1024 * 1024),
            Plain("write(), 1 KB a call", EventBytes),
            Lists("append, interval", Durability.Interval),
            Lists("append, group commit", Durability.GroupCommit));
        run.Expect(Verdict.AtLeast("append, interval : write(), 1 KB a call", run.Ratio("append, interval", "write(), 1 KB a call"), 0.5));
        run.Expect(Verdict.AtLeast("append, interval : write(), 1 MB a call", run.Ratio("append, interval", "write(), 1 MB a call"), 0.5));

        Func<CancellationToken, Task<Sample[]>> Plain(string name, int blockBytes) => _ => Task.FromResult<Sample[]>(
            [new(name, PlainFile.Write(run.Settings, (long)count * EventBytes, blockBytes) / EventBytes, Unit.PerSecond)]);

        Func<CancellationToken, Task<Sample[]>> Lists(string name, Durability durability) => async cancellation =>
        {
            await using EmbeddedSubject subject = await EmbeddedSubject.OpenAsync(run.Settings, durability, partitions: 1, cancellation);
            return [new(name, await subject.AppendListsAsync(clients: 2, listLength: 1000, count, EventBytes, cancellation), Unit.PerSecond)];
        };
    }
}
