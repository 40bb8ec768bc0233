using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded.Groups;

public sealed class GroupCoordinatorTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TopicCatalog _topics;
    private readonly GroupCoordinator _coordinator;

    public GroupCoordinatorTests()
    {
        _topics = new TopicCatalog(new EmbeddedBrokerOptions { TimeProvider = _time }, new VolatileTopicStore());
        _coordinator = new GroupCoordinator(_topics, _time);
        _topics.GetOrCreate("t");
    }

    public void Dispose()
    {
        _coordinator.Dispose();
        _topics.Dispose();
    }

    [Fact]
    public void A_member_that_is_not_heard_of_loses_its_partitions()
    {
        GroupMember silent = Join();
        GroupMember next = Join();

        _time.Advance(TimeSpan.FromSeconds(30));
        _coordinator.Heartbeat(next);
        _time.Advance(TimeSpan.FromSeconds(16));

        _coordinator.Look(silent).ShouldBeNull();
        _coordinator.Look(next)!.Kept.Count.ShouldBe(1);
    }

    [Fact]
    public void A_member_that_lets_itself_be_heard_stays()
    {
        GroupMember member = Join();

        for (int i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(40));
            _coordinator.Heartbeat(member);
        }

        _coordinator.Look(member)!.Kept.Count.ShouldBe(1);
    }

    [Fact]
    public void Without_members_no_timer_runs()
    {
        _time.ActiveTimers.ShouldBe(0);
        GroupMember member = Join();
        _time.ActiveTimers.ShouldBe(1);

        _coordinator.Leave(member);
        _time.Advance(TimeSpan.FromMinutes(1));

        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void A_group_without_members_and_offsets_is_forgotten()
    {
        GroupMember member = Join();
        _coordinator.Describe("g").ShouldNotBeNull();

        _coordinator.Leave(member);

        _coordinator.Describe("g").ShouldBeNull();
    }

    [Fact]
    public void Who_left_a_forgotten_group_does_not_take_its_successor_away()
    {
        GroupMember stale = Join();
        _coordinator.Leave(stale);
        GroupMember member = Join();

        _coordinator.Leave(stale);

        _coordinator.Describe("g").ShouldNotBeNull().Members.ShouldHaveSingleItem().MemberId.ShouldBe(member.Id);
    }

    [Fact]
    public void A_group_can_be_described_that_knows_more_partitions_than_the_topic_has()
    {
        var partition = new TopicPartition("t", 5);
        _coordinator.Restore(OffsetCommitCodec.Encode("g", partition, new OffsetAndMetadata(3), _time.GetUtcNow()));

        _coordinator.Describe("g").ShouldNotBeNull().Offsets.ShouldHaveSingleItem().Lag.ShouldBe(0);
    }

    [Fact]
    public void What_was_committed_in_an_earlier_life_is_restored()
    {
        var partition = new TopicPartition("t", 0);
        var moved = new TopicPartition("t", 1);
        _coordinator.Restore(OffsetCommitCodec.Encode("g", partition, new OffsetAndMetadata(3), _time.GetUtcNow()));
        _coordinator.Restore(OffsetCommitCodec.Encode("g", moved, new OffsetAndMetadata(1), _time.GetUtcNow()));
        _coordinator.Restore(OffsetCommitCodec.Encode("g", partition, new OffsetAndMetadata(5, "m"), _time.GetUtcNow()));
        _coordinator.Restore(OffsetCommitCodec.Encode("g", moved, null, _time.GetUtcNow()));

        _coordinator.GetCommitted(Join(), [partition, moved]).ShouldBe(
            new Dictionary<TopicPartition, OffsetAndMetadata?> { [partition] = new(5, "m"), [moved] = null });
    }

    [Fact]
    public void Offsets_of_topics_that_are_gone_are_forgotten_for_good()
    {
        _coordinator.Restore(OffsetCommitCodec.Encode("g", new TopicPartition("gone", 0), new OffsetAndMetadata(3), _time.GetUtcNow()));

        IReadOnlyList<ProducerRecord> tombstones = _coordinator.Forget((partition, _) => _topics.Find(partition.Topic) is null);

        tombstones.ShouldHaveSingleItem().Record.Value.ShouldBeNull();
        _coordinator.Describe("g").ShouldBeNull();
    }

    private GroupMember Join() =>
        _coordinator.Join(new ConsumerOptions { GroupId = "g", Topics = ["t"] }, changed: () => { });
}
