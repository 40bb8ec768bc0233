using System.Collections.Concurrent;

namespace Ganglion.Tests.Runtime;

public sealed record Note(int Number);

public sealed class OrderTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_events_of_a_key_are_handled_one_at_a_time_in_order()
    {
        const int keys = 20;
        const int each = 100;
        var seen = new ConcurrentDictionary<string, List<int>>();
        var busy = new ConcurrentDictionary<string, bool>();
        using var done = new CountdownEvent(keys * each);
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("reader", agent => agent
            .On<Note>("notes", async (note, context) =>
            {
                busy.TryAdd(context.Self.Key, true).ShouldBeTrue();
                if (note.Number % 7 == 0)
                {
                    await Task.Yield();
                }

                seen.GetOrAdd(context.Self.Key, _ => []).Add(note.Number);
                busy.TryRemove(context.Self.Key, out _);
                done.Signal();
            })));

        for (int number = 0; number < each; number++)
        {
            await Task.WhenAll(Enumerable.Range(0, keys).Select(key =>
                host.Publisher.PublishAsync("notes", new Note(number), $"key-{key}", AgentTestHost.Timeout).AsTask()));
        }

        done.Wait(AgentTestHost.Timeout);
        seen.Count.ShouldBe(keys);
        seen.Values.ShouldAllBe(numbers => numbers.SequenceEqual(Enumerable.Range(0, each)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Different_keys_of_one_partition_are_handled_at_the_same_time()
    {
        var slowBegan = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var fastPassed = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "reader",
            agent => agent.On<Note>("notes", async (_, context) =>
            {
                if (context.Self.Key == "slow")
                {
                    slowBegan.SetResult();
                    await release.Task;
                }
                else
                {
                    fastPassed.TrySetResult();
                }
            }),
            options => options.Partitions = 1));

        await host.Publisher.PublishAsync("notes", new Note(1), "slow", AgentTestHost.Timeout);
        await slowBegan.Task;
        await host.Publisher.PublishAsync("notes", new Note(2), "fast", AgentTestHost.Timeout);

        await fastPassed.Task;
        release.SetResult();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_blocks_its_thread_holds_up_no_neighbour()
    {
        using var release = new ManualResetEventSlim();
        var fastPassed = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "reader",
            agent => agent.On<Note>("notes", (_, context) =>
            {
                if (context.Self.Key == "slow")
                {
                    release.Wait();
                }
                else
                {
                    fastPassed.TrySetResult();
                }
            }),
            options => options.Partitions = 1));

        await host.Publisher.PublishAsync("notes", new Note(1), "slow", AgentTestHost.Timeout);
        await host.Publisher.PublishAsync("notes", new Note(2), "fast", AgentTestHost.Timeout);

        await fastPassed.Task;
        release.Set();
    }

    [Fact(Timeout = 60_000)]
    public async Task No_more_instances_are_at_work_than_the_agent_allows()
    {
        int running = 0;
        int most = 0;
        using var done = new CountdownEvent(100);
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "reader",
            agent => agent.On<Note>("notes", async (_, _) =>
            {
                int now = Interlocked.Increment(ref running);
                lock (done)
                {
                    most = Math.Max(most, now);
                }

                await Task.Yield();
                Interlocked.Decrement(ref running);
                done.Signal();
            }),
            options => options.Concurrency = 3));

        for (int i = 0; i < 100; i++)
        {
            await host.Publisher.PublishAsync("notes", new Note(i), $"key-{i}", AgentTestHost.Timeout);
        }

        done.Wait(AgentTestHost.Timeout);
        most.ShouldBeInRange(1, 3);
    }
}
