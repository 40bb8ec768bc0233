using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Ganglion.Runtime.Scheduling;

namespace Ganglion.Tests.Runtime.Scheduling;

public sealed class TurnSchedulerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Everyone_gets_a_turn()
    {
        const int count = 100_000;
        int turns = 0;
        var done = new TaskCompletionSource();
        var scheduler = new TurnScheduler<object>(4, new FirstComeQueue<object>(), _ =>
        {
            if (Interlocked.Increment(ref turns) == count)
            {
                done.SetResult();
            }

            return default;
        });

        Parallel.For(0, 4, new ParallelOptions { CancellationToken = Cancelled }, _ =>
        {
            for (int i = 0; i < count / 4; i++)
            {
                scheduler.Enqueue(new object());
            }
        });

        await done.Task;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_turn_that_blocks_its_thread_holds_nobody_up()
    {
        using var release = new ManualResetEventSlim();
        var passed = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        var scheduler = new TurnScheduler<string>(8, new FirstComeQueue<string>(), name =>
        {
            if (name == "blocks")
            {
                release.Wait(Cancelled);
                released.TrySetResult();
            }
            else
            {
                passed.TrySetResult();
            }

            return default;
        });

        scheduler.Enqueue("blocks");
        scheduler.Enqueue("passes");

        await passed.Task;
        release.Set();
        await released.Task;
    }

    [Fact(Timeout = 30_000)]
    public async Task No_more_than_the_bound_are_under_way_at_once()
    {
        const int bound = 3;
        int running = 0;
        int most = 0;
        int left = 50;
        var done = new TaskCompletionSource();
        var scheduler = new TurnScheduler<object>(bound, new FirstComeQueue<object>(), async _ =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.SetResult();
            }
        });

        for (int i = 0; i < 50; i++)
        {
            scheduler.Enqueue(new object());
        }

        await done.Task;
        most.ShouldBeLessThanOrEqualTo(bound);
    }

    [Fact(Timeout = 30_000)]
    public async Task When_all_places_wait_the_next_turn_comes_as_soon_as_one_is_free()
    {
        var gates = new[] { new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource() };
        var begun = new SemaphoreSlim(0);
        var scheduler = new TurnScheduler<TaskCompletionSource>(2, new FirstComeQueue<TaskCompletionSource>(), async gate =>
        {
            begun.Release();
            await gate.Task;
        });
        foreach (TaskCompletionSource gate in gates)
        {
            scheduler.Enqueue(gate);
        }

        await begun.WaitAsync(Cancelled);
        await begun.WaitAsync(Cancelled);
        begun.CurrentCount.ShouldBe(0);
        gates[0].SetResult();
        await begun.WaitAsync(Cancelled);
        gates[1].SetResult();
        gates[2].SetResult();
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = target;
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private sealed class FirstComeQueue<TInstance> : IReadyQueue<TInstance>
        where TInstance : class
    {
        private readonly ConcurrentQueue<TInstance> _ready = new();

        public bool HasNext => !_ready.IsEmpty;

        public void Enqueue(TInstance instance) => _ready.Enqueue(instance);

        public bool TryDequeue([NotNullWhen(true)] out TInstance? instance, out ReadyLane? lane)
        {
            lane = null;
            return _ready.TryDequeue(out instance);
        }

        public void Leave(ReadyLane lane)
        {
        }
    }
}
