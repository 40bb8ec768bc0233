using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What an event costs on its whole way through an agent.</summary>
internal sealed class HandleScenario : IScenario
{
    public string Name => "handle";

    public string Description =>
        "CloudEvents of 100 bytes with ten thousand keys are published by four publishers with 256 each on their way, handled by an agent "
        + "that does nothing, and counted when the agent's offsets are committed; against a bare hop through a bounded `Channel<T>`, which "
        + "stores, encodes and orders nothing.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        await run.MeasureAsync(
            cancellationToken,
            async cancellation =>
                [new("Channel<T> hop", await ChannelHop.RunAsync(run.Settings.Scaled(20_000_000), cancellation), Unit.PerSecond)],
            Agent("publish → handle → commit, volatile", Durability.Volatile),
            Agent("publish → handle → commit, interval", Durability.Interval),
            Agent("publish → handle → commit, group commit", Durability.GroupCommit));
        run.Expect(Verdict.AtLeast(
            "group commit : Channel<T> hop", run.Ratio("publish → handle → commit, group commit", "Channel<T> hop"), 1 / 20.0));
        run.Expect(Verdict.AtLeast("volatile : Channel<T> hop", run.Ratio("publish → handle → commit, volatile", "Channel<T> hop"), 1 / 10.0));

        Func<CancellationToken, Task<Sample[]>> Agent(string name, Durability durability) => async cancellation =>
        {
            await using AgentSubject subject = await AgentSubject.StartAsync(run.Settings, durability, cancellation);
            return [new(name, await subject.RunAsync(run.Settings.Scaled(1_000_000), cancellation), Unit.PerSecond)];
        };
    }
}
