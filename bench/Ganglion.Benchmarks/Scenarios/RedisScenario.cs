using System.Diagnostics;
using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>Durable append side by side with Redis Streams. Needs a Redis: <c>bench/redis.sh</c> starts one.</summary>
internal sealed class RedisScenario : IScenario
{
    private const int Clients = 8;
    private const int InFlight = 64;
    private const int ValueBytes = 1024;

    public string Name => "redis";

    public string Description =>
        "Eight clients, each with 64 values of 1 KB on their way: `XADD` to a Redis stream over a loopback connection against an append to "
        + "a topic of the embedded broker inside the process. `appendfsync always` compares with group commit, `everysec` with flushing "
        + "each second.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        if (run.Settings.RedisPort is not { } port)
        {
            Console.Error.WriteLine("  left out: run bench/redis.sh, which starts Redis");
            return;
        }

        int count = run.Settings.Scaled(400_000);
        await run.MeasureAsync(
            cancellationToken,
            Redis("Redis XADD, appendfsync always", "always"),
            Ganglion("append, group commit", Durability.GroupCommit),
            Redis("Redis XADD, appendfsync everysec", "everysec"),
            Ganglion("append, flushed each second", Durability.Interval));
        run.Expect(Verdict.AtLeast(
            "append, group commit : XADD, always", run.Ratio("append, group commit", "Redis XADD, appendfsync always"), 3));
        run.Expect(Verdict.AtLeast(
            "append, flushed each second : XADD, everysec", run.Ratio("append, flushed each second", "Redis XADD, appendfsync everysec"), 2));

        Func<CancellationToken, Task<Sample[]>> Redis(string name, string policy) => async cancellation =>
            [new(name, await AddAsync(port, policy, count, cancellation), Unit.PerSecond)];

        Func<CancellationToken, Task<Sample[]>> Ganglion(string name, Durability durability) => async cancellation =>
        {
            await using EmbeddedSubject subject = await EmbeddedSubject.OpenAsync(run.Settings, durability, partitions: 8, cancellation);
            return [new(name, await subject.AppendPipelinedAsync(Clients, InFlight, count, ValueBytes, cancellation), Unit.PerSecond)];
        };
    }

    private static async Task<double> AddAsync(int port, string policy, int count, CancellationToken cancellationToken)
    {
        byte[] add = RedisConnection.Encode("XADD"u8.ToArray(), "events"u8.ToArray(), "*"u8.ToArray(), "v"u8.ToArray(), Payload.Create(ValueBytes));
        byte[] adds = [.. Enumerable.Repeat(add, InFlight).SelectMany(static bytes => bytes)];

        using RedisConnection control = await RedisConnection.OpenAsync(port, cancellationToken);
        await control.SendAsync(RedisConnection.Encode($"CONFIG SET appendfsync {policy}"), 1, cancellationToken);
        RedisConnection[] connections =
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => RedisConnection.OpenAsync(port, cancellationToken)));

        int steps = Math.Max(1, count / Clients / InFlight);
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(connections.Select(connection => Task.Run(
            async () =>
            {
                for (int i = 0; i < steps; i++)
                {
                    await connection.SendAsync(adds, InFlight, cancellationToken);
                }
            },
            cancellationToken)));
        double rate = (double)steps * InFlight * Clients / Stopwatch.GetElapsedTime(started).TotalSeconds;

        Array.ForEach(connections, static connection => connection.Dispose());
        await control.ClearAsync(cancellationToken);
        return rate;
    }
}
