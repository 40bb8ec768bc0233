using System.Globalization;
using System.Threading.Channels;
using Ganglion.Routes;
using Ganglion.Runtime;
using Ganglion.Runtime.Inputs;
using Ganglion.Runtime.Scheduling;

namespace Ganglion.Tests.Runtime.Scheduling;

/// <summary>Turns that are taken while lanes come, change and go.</summary>
public sealed class LaneSchedulingTests
{
    private const int Instances = 300;
    private const int TurnsOfEach = 3;
    private static readonly string[] Topics = ["a.gold", "a.iron", "a.tin", "b.gold", "b.iron", "inbox"];

    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[] _turns = new int[Instances];
    private int _left = Instances * TurnsOfEach;
    private int _running;
    private int _tooMany;

    [Theory(Timeout = 60_000)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 16)]
    public async Task Whoever_is_ready_has_his_turn_and_no_more_have_one_at_once_than_may(int seed, int concurrency)
    {
        var random = new Random(seed);
        BusyInstance[] instances = [.. Enumerable.Range(0, Instances).Select(i => Instance(i, Topics[random.Next(Topics.Length)]))];
        IReadOnlyList<LaneTopics>[] changes = [.. Enumerable.Range(0, 50).Select(_ => LanesOf(random))];
        var queue = new LaneQueue(concurrency, TimeProvider.System);
        TurnScheduler<BusyInstance>? scheduler = null;
        scheduler = new TurnScheduler<BusyInstance>(concurrency, queue, instance => TakeTurn(instance, concurrency, scheduler!));

        await Task.WhenAll(
            [Task.Run(() => Change(queue, scheduler, changes)), .. instances.Chunk(100).Select(some => Task.Run(() => Array.ForEach(some, scheduler.Enqueue)))]);

        await _over.Task;
        _tooMany.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_place_of_a_turn_that_is_given_up_is_given_back_once()
    {
        CancellationToken timeout = TestContext.Current.CancellationToken;
        using var blocked = new ManualResetEventSlim();
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = Channel.CreateUnbounded<string>();
        var queue = new LaneQueue(concurrency: 4, TimeProvider.System);
        Lane[] lanes = [new Lane("gold") { Concurrency = 1 }, new Lane("iron")];
        queue.Change([new LaneTopics("a", new Lanes(LaneSchedule.Strict, lanes), lanes.ToDictionary(lane => $"a.{lane.Name}", lane => lane.Name))]);
        var scheduler = new TurnScheduler<BusyInstance>(concurrency: 4, queue, Take);
        BusyInstance first = Instance(1, "a.gold");
        Array.ForEach([first, Instance(2, "a.gold"), Instance(3, "a.gold")], scheduler.Enqueue);
        (await begun.Reader.ReadAsync(timeout)).ShouldBe("1");

        scheduler.Abandon(first.Lane);
        (await begun.Reader.ReadAsync(timeout)).ShouldBe("2");
        blocked.Set();
        scheduler.Enqueue(Instance(4, "a.iron"));
        (await begun.Reader.ReadAsync(timeout)).ShouldBe("4");
        queue.HasNext.ShouldBeFalse();
        second.SetResult();
        (await begun.Reader.ReadAsync(timeout)).ShouldBe("3");

        ValueTask Take(BusyInstance instance)
        {
            begun.Writer.TryWrite(instance.Key);
            if (instance.Key == "1")
            {
                blocked.Wait(timeout);
                return new ValueTask(new TaskCompletionSource().Task);
            }

            return instance.Key == "2" ? new ValueTask(second.Task) : default;
        }
    }

    private ValueTask TakeTurn(BusyInstance instance, int concurrency, TurnScheduler<BusyInstance> scheduler)
    {
        if (Interlocked.Increment(ref _running) > concurrency)
        {
            Interlocked.Increment(ref _tooMany);
        }

        int i = int.Parse(instance.Key, CultureInfo.InvariantCulture);
        bool isLast = ++_turns[i] == TurnsOfEach;
        if ((i + _turns[i]) % 4 == 0)
        {
            return EndLaterAsync(instance, isLast, scheduler);
        }

        End(instance, isLast, scheduler);
        return default;
    }

    private async ValueTask EndLaterAsync(BusyInstance instance, bool isLast, TurnScheduler<BusyInstance> scheduler)
    {
        await Task.Yield();
        End(instance, isLast, scheduler);
    }

    private void End(BusyInstance instance, bool isLast, TurnScheduler<BusyInstance> scheduler)
    {
        Interlocked.Decrement(ref _running);
        if (!isLast)
        {
            scheduler.Enqueue(instance);
        }

        if (Interlocked.Decrement(ref _left) == 0)
        {
            _over.SetResult();
        }
    }

    private static void Change(LaneQueue queue, TurnScheduler<BusyInstance> scheduler, IReadOnlyList<LaneTopics>[] changes)
    {
        foreach (IReadOnlyList<LaneTopics> change in changes)
        {
            foreach (BusyInstance left in queue.Change(change))
            {
                scheduler.Enqueue(left);
            }

            scheduler.Wake();
            Thread.Yield();
        }
    }

    private static IReadOnlyList<LaneTopics> LanesOf(Random random) =>
    [
        .. from channel in (string[])["a", "b"]
           let lanes = Topics.Where(topic => topic.StartsWith(channel + ".", StringComparison.Ordinal) && random.Next(4) > 0).Select(topic => LaneOf(topic[2..], random)).ToArray()
           where lanes.Length > 0
           select new LaneTopics(channel, new Lanes((LaneSchedule)random.Next(3), lanes), lanes.ToDictionary(lane => $"{channel}.{lane.Name}", lane => lane.Name)),
    ];

    private static Lane LaneOf(string name, Random random) => new(name)
    {
        Concurrency = random.Next(2) == 0 ? null : random.Next(1, 3),
        Reserved = random.Next(3),
        Share = random.Next(3) == 0 ? 0.3 : 0,
        Weight = random.Next(1, 10),
        Within = TimeSpan.FromMilliseconds(random.Next(1, 100)),
        Ageing = TimeSpan.FromMilliseconds(random.Next(1, 100)),
    };

    private static BusyInstance Instance(int i, string topic)
    {
        var invocation = new Invocation(input: null!, new Record(null, null, default)) { Origin = new Origin(null, topic, 0, 0) };
        return new BusyInstance(partition: null!, i.ToString(CultureInfo.InvariantCulture)) { First = invocation };
    }
}
