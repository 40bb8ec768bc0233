using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What a request to an agent and its reply cost.</summary>
internal sealed class RequestScenario : IScenario
{
    private const int Callers = 64;

    public string Name => "request";

    public string Description =>
        "64 callers outside of any agent send requests, one at a time each, and await the replies; request, reply and offset are on the log. "
        + "Against 64 callers that write to a `Channel<T>` and await a `TaskCompletionSource` which its reader completes.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        await run.MeasureAsync(
            cancellationToken,
            async cancellation => [new(
                "channel and task", await ChannelRoundTrip.RunAsync(Callers, run.Settings.Scaled(3_000_000), cancellation), Unit.PerSecond)],
            Agent("request and reply, volatile", Durability.Volatile),
            Agent("request and reply, group commit", Durability.GroupCommit));
        run.Expect(Verdict.AtLeast("volatile : channel and task", run.Ratio("request and reply, volatile", "channel and task"), 1 / 8.0));
        run.Expect(Verdict.AtLeast(
            "group commit : volatile", run.Ratio("request and reply, group commit", "request and reply, volatile"), 0.5));

        Func<CancellationToken, Task<Sample[]>> Agent(string name, Durability durability) => async cancellation =>
        {
            await using RequestSubject subject = await RequestSubject.StartAsync(run.Settings, durability, cancellation);
            (double perSecond, double allocated) = await subject.RunAsync(Callers, run.Settings.Scaled(200_000), cancellation);
            return [new(name, perSecond, Unit.PerSecond), new($"allocated for each, {name}", allocated, Unit.Bytes)];
        };
    }
}
