using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What a guard between who publishes and who reads costs an event.</summary>
internal sealed class GuardStageScenario : IScenario
{
    private const int PerSecond = 10_000;

    public string Name => "guard-stage";

    public string Description =>
        "10,000 events of 250 bytes a second go through a route with one stage (the built-in guard `pii`), or with five: how much later each of them is "
        + "in the exit than in the entry.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        await run.MeasureAsync(
            cancellationToken,
            Route("one stage, volatile", Durability.Volatile, 1),
            Route("one stage, interval", Durability.Interval, 1),
            Route("one stage, group commit", Durability.GroupCommit, 1),
            Route("five stages, interval", Durability.Interval, 5));
        foreach (string how in new[] { "volatile", "interval", "group commit" })
        {
            run.Expect(Verdict.AtMost($"one stage, {how}, p99, in ms", run[$"one stage, {how}, p99"].Median / 1000, 2));
        }

        Func<CancellationToken, Task<Sample[]>> Route(string name, Durability durability, int stages) => async cancellation =>
        {
            await using RouteSubject subject = await RouteSubject.StartAsync(run.Settings, durability, stages, cancellation);
            double[] percentiles = (await subject.RunAsync(PerSecond, run.Settings.Scaled(100_000), cancellation)).Percentiles(0.5, 0.99);
            return [new(name + ", p50", percentiles[0], Unit.Microseconds), new(name + ", p99", percentiles[1], Unit.Microseconds)];
        };
    }
}
