using Ganglion.Brokers;
using Ganglion.Routing;
using Ganglion.Tests.Telemetry;

namespace Ganglion.Tests.Routing;

/// <summary>How much waits in a lane, and who is let into it.</summary>
public sealed class LaneLoadTests : IDisposable
{
    private readonly LaneLoad _load = new(meters: null);

    // No other test counts for this lane.
    private readonly string _lane = $"requests.{Guid.NewGuid():N}";

    public void Dispose() => _load.Dispose();

    [Fact]
    public void What_waits_is_what_the_slowest_reader_has_not_handled_and_what_was_let_in_since_the_look()
    {
        IReadOnlyDictionary<string, long> counted = _load.Count([_lane]);
        Enter(most: 100, times: 2).ShouldBe(2);

        _load.Note(counted, [GroupOf("slow", 5), GroupOf("fast", 1)]);

        Enter(most: 10, times: 10).ShouldBe(3, "five waited, and two have come since");
    }

    [Fact]
    public void As_long_as_nobody_reads_a_lane_what_was_let_in_waits()
    {
        Enter(most: 3, times: 2);

        _load.Note(_load.Count([_lane]), []);

        Enter(most: 3, times: 5).ShouldBe(1);
    }

    [Fact]
    public void What_waits_and_who_is_turned_away_is_measured()
    {
        using var measured = new Measurements("messaging.destination.name", _lane);
        _load.Note(_load.Count([_lane]), [GroupOf("slow", 5), GroupOf("fast", 1)]);
        Enter(most: 6, times: 4);

        measured.Observe();

        measured.Of("ganglion.lane.turned_away").Sum(one => one.Value).ShouldBe(3);
        measured.Of("ganglion.lane.lag").Select(one => (one.Tags["messaging.consumer.group.name"], one.Value))
            .ShouldBe([("slow", 5), ("fast", 1)], ignoreOrder: true);
    }

    [Fact]
    public void A_lane_that_is_gone_is_measured_no_more()
    {
        using var measured = new Measurements("messaging.destination.name", _lane);
        _load.Note(_load.Count([_lane]), [GroupOf("slow", 5)]);

        _load.Count([]);
        measured.Observe();

        measured.Of("ganglion.lane.lag").ShouldBeEmpty();
    }

    private int Enter(int most, int times) => Enumerable.Range(0, times).Count(_ => _load.TryEnter(_lane, most));

    // Half of what it has not handled lies in another partition.
    private ConsumerGroupDescription GroupOf(string name, long lag) => new(
        name,
        ConsumerGroupState.Stable,
        Generation: 1,
        Members: [],
        Offsets:
        [
            new(new TopicPartition(_lane, 0), new OffsetAndMetadata(10), 10 + (lag / 2)),
            new(new TopicPartition(_lane, 1), new OffsetAndMetadata(20), 20 + lag - (lag / 2)),
            new(new TopicPartition("else", 0), new OffsetAndMetadata(0), 1000),
        ]);
}
