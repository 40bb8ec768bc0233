using Ganglion.Routes;
using Ganglion.Runtime;
using Ganglion.Runtime.Inputs;
using Ganglion.Runtime.Scheduling;

namespace Ganglion.Tests.Runtime.Scheduling;

/// <summary>Who has the next turn, of those whose events came by lanes.</summary>
public sealed class LaneQueueTests
{
    private const string Beside = "inbox";
    private readonly ManualTime _time = new();

    [Fact]
    public void In_strict_order_the_most_urgent_lane_has_every_turn_in_which_it_has_something()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold"), new Lane("silver"));
        Enqueue(queue, "silver", 2);
        Enqueue(queue, "gold", 2);

        TakeAll(queue).ShouldBe(["gold", "gold", "silver", "silver"]);
    }

    [Fact]
    public void Who_is_served_last_waits_no_longer_than_its_ageing()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold"), new Lane("iron") { Ageing = TimeSpan.FromSeconds(5) });
        Enqueue(queue, "gold", 100);
        Enqueue(queue, "iron", 100);
        var ages = new List<int>();
        for (int second = 0; second < 20; second++)
        {
            if (Take(queue) == "iron")
            {
                ages.Add(second);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        ages.ShouldBe([5, 10, 15]);
    }

    [Theory]
    [InlineData(LaneSchedule.Strict)]
    [InlineData(LaneSchedule.Deadline)]
    public void A_lane_has_the_share_that_it_has_for_certain_whatever_waits_in_others(object schedule)
    {
        LaneQueue queue = Create(
            (LaneSchedule)schedule,
            new Lane("gold") { Within = TimeSpan.FromSeconds(1) },
            new Lane("iron") { Share = 0.1, Within = TimeSpan.FromMinutes(1) });
        Enqueue(queue, "gold", 1000);
        Enqueue(queue, "iron", 1000);

        TakeMany(queue, 1000).Count(lane => lane == "iron").ShouldBeInRange(99, 101);
    }

    [Fact]
    public void Turns_that_nobody_else_wanted_cost_a_lane_nothing_of_its_share()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold"), new Lane("iron") { Share = 0.1 });
        Enqueue(queue, "iron", 1000);
        TakeMany(queue, 100);
        Enqueue(queue, "gold", 1000);

        TakeMany(queue, 100).Count(lane => lane == "iron").ShouldBeInRange(9, 11);
    }

    [Fact]
    public void By_weight_each_lane_has_its_part()
    {
        LaneQueue queue = Create(LaneSchedule.Weighted, new Lane("gold") { Weight = 6 }, new Lane("silver") { Weight = 3 }, new Lane("iron"));
        foreach (string lane in (string[])["iron", "silver", "gold"])
        {
            Enqueue(queue, lane, 1000);
        }

        ILookup<string, string> taken = TakeMany(queue, 1000).ToLookup(lane => lane);
        taken["gold"].Count().ShouldBeInRange(598, 602);
        taken["silver"].Count().ShouldBeInRange(298, 302);
        taken["iron"].Count().ShouldBeInRange(98, 102);
    }

    [Fact]
    public void By_weight_nobody_pays_for_turns_that_no_other_wanted()
    {
        LaneQueue queue = Create(LaneSchedule.Weighted, new Lane("gold"), new Lane("silver"));
        Enqueue(queue, "gold", 1000);
        TakeMany(queue, 900);
        Enqueue(queue, "silver", 1000);

        TakeMany(queue, 100).Count(lane => lane == "gold").ShouldBeInRange(49, 51);
    }

    [Fact]
    public void By_deadline_what_is_due_first_is_next_and_what_is_late_does_not_hold_up_what_is_more_urgent()
    {
        LaneQueue queue = Create(
            LaneSchedule.Deadline,
            new Lane("gold") { Within = TimeSpan.FromSeconds(5) },
            new Lane("iron") { Within = TimeSpan.FromSeconds(20) });
        Enqueue(queue, "iron", 2);
        _time.Advance(TimeSpan.FromSeconds(17));
        Enqueue(queue, "gold", 2);

        Take(queue).ShouldBe("iron", "it is due in 3 seconds, the other in 5");
        _time.Advance(TimeSpan.FromSeconds(4));
        TakeAll(queue).ShouldBe(["gold", "gold", "iron"]);
    }

    [Fact]
    public void What_is_late_comes_before_what_is_less_urgent()
    {
        LaneQueue queue = Create(
            LaneSchedule.Deadline,
            new Lane("gold") { Within = TimeSpan.FromSeconds(1) },
            new Lane("iron") { Within = TimeSpan.FromSeconds(20) });
        Enqueue(queue, "gold", 2);
        _time.Advance(TimeSpan.FromSeconds(5));
        Enqueue(queue, "iron", 2);

        TakeAll(queue).ShouldBe(["gold", "gold", "iron", "iron"]);
    }

    [Theory]
    [InlineData(-100_000)]
    [InlineData(100_000)]
    public void Who_claims_another_time_gains_nothing_by_it(int seconds)
    {
        LaneQueue queue = Create(
            LaneSchedule.Deadline,
            new Lane("gold") { Within = TimeSpan.FromSeconds(1) },
            new Lane("iron") { Within = TimeSpan.FromSeconds(20) });
        queue.Enqueue(Instance("iron", _time.GetUtcNow().AddSeconds(seconds)));
        Enqueue(queue, "gold", 1);

        TakeAll(queue).ShouldBe(["gold", "iron"]);
    }

    [Fact]
    public void Who_claims_to_come_from_the_future_holds_up_nobody_of_its_lane()
    {
        LaneQueue queue = Create(
            LaneSchedule.Deadline,
            new Lane("iron") { Within = TimeSpan.FromSeconds(20) },
            new Lane("gold") { Within = TimeSpan.FromSeconds(1) });
        queue.Enqueue(Instance("gold", _time.GetUtcNow().AddDays(1)));
        Enqueue(queue, "gold", 1);
        Enqueue(queue, "iron", 1);

        TakeAll(queue).ShouldBe(["gold", "gold", "iron"]);
    }

    [Fact]
    public void A_lane_has_no_more_turns_at_once_than_it_may()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold") { Concurrency = 1 }, new Lane("iron"));
        Enqueue(queue, "gold", 2);
        Enqueue(queue, "iron", 1);

        queue.TryDequeue(out _, out ReadyLane? first).ShouldBeTrue();
        first!.Name.ShouldBe("gold");
        Begin(queue).Name.ShouldBe("iron");
        queue.HasNext.ShouldBeFalse();
        queue.TryDequeue(out _, out _).ShouldBeFalse();
        queue.Leave(first);
        queue.HasNext.ShouldBeTrue();
        Begin(queue).Name.ShouldBe("gold");
    }

    [Fact]
    public void What_is_kept_for_a_lane_is_for_nobody_else()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold") { Reserved = 2 }, new Lane("iron"));
        Enqueue(queue, "iron", 10);
        Enqueue(queue, Beside, 10);

        ReadyLane[] begun = [Begin(queue), Begin(queue)];
        queue.HasNext.ShouldBeFalse("two of four places are taken, and two are kept");
        Enqueue(queue, "gold", 3);
        Begin(queue).Name.ShouldBe("gold");
        Begin(queue).Name.ShouldBe("gold");
        queue.HasNext.ShouldBeFalse();
        queue.Leave(begun[0]);
        Begin(queue);
    }

    [Fact]
    public void One_place_at_least_is_kept_for_nobody()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold") { Reserved = 100 }, new Lane("iron"));
        Enqueue(queue, "iron", 1);

        Take(queue).ShouldBe("iron");
    }

    [Fact]
    public void What_comes_by_no_lane_takes_turns_with_what_comes_by_one()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold"));
        Enqueue(queue, Beside, 50);
        Enqueue(queue, "gold", 50);

        TakeMany(queue, 20).Count(lane => lane == "gold").ShouldBe(10);
        TakeAll(queue).Count.ShouldBe(80);
    }

    [Fact]
    public void What_is_set_otherwise_holds_for_what_waits_already()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold") { Concurrency = 1 }, new Lane("iron"));
        Enqueue(queue, "gold", 402);
        Enqueue(queue, "iron", 400);
        ReadyLane[] begun = [Begin(queue), Begin(queue)];

        queue.Change([Lanes(LaneSchedule.Weighted, new Lane("gold"), new Lane("iron") { Weight = 3 })]).ShouldBeEmpty();

        begun.Select(lane => lane.Name).ShouldBe(["gold", "iron"]);
        Begin(queue).Name.ShouldBe("gold");
        TakeMany(queue, 200).Count(lane => lane == "iron").ShouldBeInRange(148, 152);
    }

    [Fact]
    public void Nothing_is_lost_when_lanes_go_or_come()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold"), new Lane("iron"));
        Enqueue(queue, "gold", 1);
        Enqueue(queue, "iron", 2);

        foreach (BusyInstance left in queue.Change([Lanes(LaneSchedule.Strict, new Lane("silver"), new Lane("gold"))]))
        {
            queue.Enqueue(left);
        }

        Enqueue(queue, "silver", 1);
        TakeAll(queue).Order().ShouldBe([Beside, Beside, "gold", "silver"], ignoreOrder: true);
        Enqueue(queue, "gold", 1);
        foreach (BusyInstance left in queue.Change([]))
        {
            queue.Enqueue(left);
        }

        queue.TryDequeue(out _, out ReadyLane? none).ShouldBeTrue();
        none.ShouldBeNull();
    }

    [Fact]
    public void A_clock_that_is_set_back_makes_nobody_starve()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold"), new Lane("iron") { Ageing = TimeSpan.FromSeconds(5) });
        Enqueue(queue, "gold", 100);
        Enqueue(queue, "iron", 1);
        _time.Set(TimeSpan.FromHours(-1));

        Take(queue).ShouldBe("gold");
        _time.Advance(TimeSpan.FromSeconds(5));
        Take(queue).ShouldBe("iron");
    }

    [Fact]
    public void By_deadline_a_clock_that_is_set_back_makes_nothing_due_later_than_what_comes_now()
    {
        LaneQueue queue = Create(
            LaneSchedule.Deadline,
            new Lane("gold") { Within = TimeSpan.FromSeconds(10) },
            new Lane("iron") { Within = TimeSpan.FromSeconds(5) });
        Enqueue(queue, "iron", 1);
        _time.Set(TimeSpan.FromHours(-1));
        Enqueue(queue, "gold", 1);

        TakeAll(queue).ShouldBe(["iron", "gold"]);
    }

    [Fact]
    public void What_a_lane_had_by_another_schedule_is_not_held_against_the_others()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold"), new Lane("silver"));
        Enqueue(queue, "gold", 2000);
        TakeMany(queue, 1000);
        Enqueue(queue, "silver", 1000);
        queue.Change([Lanes(LaneSchedule.Weighted, new Lane("gold"), new Lane("silver"))]);

        TakeMany(queue, 100).Count(lane => lane == "silver").ShouldBeInRange(49, 51);
    }

    [Fact]
    public void A_larger_share_is_had_as_soon_as_it_is_set()
    {
        LaneQueue queue = Create(LaneSchedule.Strict, new Lane("gold"), new Lane("iron") { Share = 0.001 });
        Enqueue(queue, "gold", 1000);
        Enqueue(queue, "iron", 1000);
        TakeMany(queue, 10);
        queue.Change([Lanes(LaneSchedule.Strict, new Lane("gold"), new Lane("iron") { Share = 0.5 })]);

        TakeMany(queue, 100).Count(lane => lane == "iron").ShouldBeInRange(49, 51);
    }

    private static LaneTopics Lanes(LaneSchedule schedule, params Lane[] lanes) =>
        new("requests", new Lanes(schedule, lanes), lanes.ToDictionary(lane => lane.Name, lane => lane.Name));

    private LaneQueue Create(LaneSchedule schedule, params Lane[] lanes)
    {
        var queue = new LaneQueue(concurrency: 4, _time);
        queue.Change([Lanes(schedule, lanes)]).ShouldBeEmpty();
        return queue;
    }

    private void Enqueue(LaneQueue queue, string lane, int count)
    {
        for (int i = 0; i < count; i++)
        {
            queue.Enqueue(Instance(lane, _time.GetUtcNow()));
        }
    }

    // The topic of a lane is called as the lane.
    private static BusyInstance Instance(string lane, DateTimeOffset published)
    {
        var invocation = new Invocation(input: null!, new Record(null, null, default, published)) { Origin = new Origin("requests", lane, 0, 0) };
        return new BusyInstance(partition: null!, key: "") { First = invocation };
    }

    private static ReadyLane Begin(LaneQueue queue)
    {
        queue.TryDequeue(out _, out ReadyLane? lane).ShouldBeTrue();
        return lane!;
    }

    private static string Take(LaneQueue queue)
    {
        ReadyLane lane = Begin(queue);
        queue.Leave(lane);
        return lane.Channel is null ? Beside : lane.Name;
    }

    private static List<string> TakeMany(LaneQueue queue, int count) => [.. Enumerable.Range(0, count).Select(_ => Take(queue))];

    private static List<string> TakeAll(LaneQueue queue)
    {
        var taken = new List<string>();
        while (queue.HasNext)
        {
            taken.Add(Take(queue));
        }

        return taken;
    }
}
