using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How soon a pause holds while everything is busy, and whether anything is lost by it.</summary>
internal sealed class SoftStopScenario : IScenario
{
    public string Name => "soft-stop";

    public string Description =>
        "Two hosts share the events of 10,000 keys, which are published as fast as they can be; in the middle the agent is paused. How long after the command "
        + "the last handler has begun, in either host; and whether what was handled before and what waits are all, and are handled in the end.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        await run.MeasureAsync(cancellationToken, Stop("interval", Durability.Interval), Stop("group commit", Durability.GroupCommit));
        foreach (string how in new[] { "interval", "group commit" })
        {
            run.Expect(Verdict.AtMost($"last handler begun, {how}, in ms", run[$"last handler begun, {how}"].Median / 1000, 100));
            run.Expect(Verdict.AtMost($"missing, {how}", run[$"missing, {how}"].Median, 0));
        }

        Func<CancellationToken, Task<Sample[]>> Stop(string name, Durability durability) => async cancellation =>
        {
            await using StopSubject subject = await StopSubject.StartAsync(run.Settings, durability, cancellation);
            (double late, long handled, long waiting, long missing) = await subject.RunAsync(run.Settings.Scaled(200_000), cancellation);
            return
            [
                new($"last handler begun, {name}", late, Unit.Microseconds),
                new($"handled before, {name}", handled, Unit.Events),
                new($"waiting, {name}", waiting, Unit.Events),
                new($"missing, {name}", missing, Unit.Events),
            ];
        };
    }
}
