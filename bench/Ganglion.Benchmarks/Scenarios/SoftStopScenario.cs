using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;
using Ganglion.Kafka.Native;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How soon a pause holds while everything is busy, and whether anything is lost by it.</summary>
internal sealed class SoftStopScenario : IScenario
{
    private const string Processes = "two processes";

    public string Name => "soft-stop";

    public string Description =>
        "Two hosts share the events of 10,000 keys, which are published as fast as they can be; in the middle the agent is paused. How long after the command "
        + "the last handler has begun, in either host; and whether what was handled before and what waits are all, and are handled in the end. The same with two "
        + "processes, of a quarter of the events, on a broker that listens in a third, paused from a fourth.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        NativeClient.Load();
        await run.MeasureAsync(cancellationToken, Stop("interval", Durability.Interval), Stop("group commit", Durability.GroupCommit), StopProcessesAsync);
        foreach (string how in new[] { "interval", "group commit", Processes })
        {
            run.Expect(Verdict.AtMost($"last handler begun, {how}, in ms", run[$"last handler begun, {how}"].Median / 1000, 100));
            run.Expect(Verdict.AtMost($"missing, {how}", run[$"missing, {how}"].Median, 0));
        }

        Func<CancellationToken, Task<Sample[]>> Stop(string name, Durability durability) => async cancellation =>
        {
            await using StopSubject subject = await StopSubject.StartAsync(run.Settings, durability, cancellation);
            return ToSamples(name, await subject.RunAsync(run.Settings.Scaled(200_000), cancellation));
        };

        async Task<Sample[]> StopProcessesAsync(CancellationToken cancellation)
        {
            using var folder = new TemporaryFolder(run.Settings);
            await using StopProcessesSubject subject = await StopProcessesSubject.StartAsync(folder, cancellation);
            return ToSamples(Processes, await subject.RunAsync(run.Settings.Scaled(50_000), cancellation));
        }
    }

    private static Sample[] ToSamples(string name, (double Microseconds, long Handled, long Waiting, long Missing) found) =>
    [
        new($"last handler begun, {name}", found.Microseconds, Unit.Microseconds),
        new($"handled before, {name}", found.Handled, Unit.Events),
        new($"waiting, {name}", found.Waiting, Unit.Events),
        new($"missing, {name}", found.Missing, Unit.Events),
    ];
}
