using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Groups;

namespace Ganglion.Tests.Brokers.Embedded.Groups;

public sealed class ConsumerGroupTests
{
    private readonly Dictionary<string, int> _topics = new() { ["t"] = 2 };
    private readonly ConsumerGroup _group;

    public ConsumerGroupTests() => _group = new ConsumerGroup("g", topic => _topics.GetValueOrDefault(topic));

    [Fact]
    public void The_first_member_gets_everything_at_once()
    {
        GroupMember a = Join("a");

        _group.Look(a)!.Kept.Count.ShouldBe(2);
        _group.State.ShouldBe(ConsumerGroupState.Stable);
    }

    [Fact]
    public void A_second_member_waits_until_the_first_has_given_back()
    {
        GroupMember a = Join("a");
        GroupMember b = Join("b");
        _group.Look(b)!.Kept.ShouldBeEmpty();
        _group.State.ShouldBe(ConsumerGroupState.Rebalancing);

        _group.Release(a, _group.Look(a)!.Leaving);

        _group.Look(b)!.Kept.Count.ShouldBe(1);
        _group.State.ShouldBe(ConsumerGroupState.Stable);
    }

    [Fact]
    public void A_member_that_is_removed_frees_what_it_had()
    {
        GroupMember a = Join("a");
        GroupMember b = Join("b");

        _group.Remove(a);

        _group.Look(a).ShouldBeNull();
        _group.Look(b)!.Kept.Count.ShouldBe(2);
    }

    [Fact]
    public void A_partition_waits_for_the_commits_that_are_on_their_way()
    {
        GroupMember a = Join("a");
        GroupMember b = Join("b");
        MemberAssignment assignment = _group.Look(a)!;
        PartitionOwnership leaving = assignment.Leaving.ShouldHaveSingleItem();
        PartitionOwnership[] commit = _group.BeginCommit(By(a), [Offset(leaving.Partition, 5)]);

        _group.Release(a, [leaving]);
        _group.Look(b)!.Kept.ShouldBeEmpty();
        _group.Apply(commit, [Offset(leaving.Partition, 5)]);
        _group.EndCommit(commit);

        _group.Look(b)!.Kept.ShouldHaveSingleItem().Partition.ShouldBe(leaving.Partition);
        _group.Offsets[leaving.Partition].Offset.ShouldBe(5);
    }

    [Fact]
    public void The_partitions_of_a_dead_member_wait_for_its_commits_too()
    {
        GroupMember a = Join("a");
        GroupMember b = Join("b");
        PartitionOwnership[] commit = _group.BeginCommit(By(a), [Offset(new("t", 0), 5), Offset(new("t", 1), 5)]);

        _group.Remove(a);
        _group.Look(b)!.Kept.ShouldBeEmpty();
        _group.EndCommit(commit);

        _group.Look(b)!.Kept.Count.ShouldBe(2);
    }

    [Fact]
    public void Who_is_no_member_cannot_commit()
    {
        GroupMember a = Join("a");
        ConsumerGroupMetadata past = By(a);
        _group.Remove(a);

        Should.Throw<FencedException>(() => _group.BeginCommit(past, [Offset(new("t", 0), 1)])).Code.ShouldBe("member-fenced");
    }

    [Fact]
    public void A_member_cannot_commit_what_another_owns()
    {
        GroupMember a = Join("a");
        GroupMember b = Join("b");

        Should.Throw<FencedException>(() => _group.BeginCommit(By(b), [Offset(new("t", 0), 1)]));
        _group.BeginCommit(By(a), [Offset(new("t", 0), 1)]).Length.ShouldBe(1);
    }

    [Fact]
    public void A_commit_from_before_a_partition_was_lost_and_regained_is_refused()
    {
        GroupMember a = Join("a");
        ConsumerGroupMetadata before = By(a);
        GroupMember b = Join("b");
        PartitionOwnership leaving = _group.Look(a)!.Leaving.ShouldHaveSingleItem();
        _group.Release(a, [leaving]);
        _group.Remove(b);
        _group.Look(a)!.Kept.Count.ShouldBe(2);

        Should.Throw<FencedException>(() => _group.BeginCommit(before, [Offset(leaving.Partition, 1)]));
        _group.BeginCommit(By(a), [Offset(leaving.Partition, 1)]).Length.ShouldBe(1);
    }

    [Fact]
    public void A_commit_for_what_has_stayed_survives_a_rebalance()
    {
        GroupMember a = Join("a");
        ConsumerGroupMetadata before = By(a);
        Join("b");
        TopicPartition stayed = _group.Look(a)!.Kept.ShouldHaveSingleItem().Partition;

        _group.BeginCommit(before, [Offset(stayed, 1)]).Length.ShouldBe(1);
    }

    [Fact]
    public void A_refused_commit_holds_nothing_up()
    {
        GroupMember a = Join("a");
        GroupMember b = Join("b");
        PartitionOwnership leaving = _group.Look(a)!.Leaving.ShouldHaveSingleItem();
        Should.Throw<FencedException>(
            () => _group.BeginCommit(By(a), [Offset(leaving.Partition, 1), Offset(new("other", 0), 1)]));

        _group.Release(a, [leaving]);

        _group.Look(b)!.Kept.Count.ShouldBe(1);
    }

    [Fact]
    public void Whoever_joins_during_a_reset_waits_for_it()
    {
        PartitionOwnership[] reset = _group.BeginReset([new("t", 0)]);

        GroupMember a = Join("a");
        _group.Look(a)!.Kept.ShouldHaveSingleItem().Partition.ShouldBe(new TopicPartition("t", 1));
        _group.EndCommit(reset);

        _group.Look(a)!.Kept.Count.ShouldBe(2);
    }

    [Fact]
    public void A_topic_that_grows_is_shared_out_anew()
    {
        GroupMember a = Join("a");

        _topics["t"] = 5;
        _group.Rebalance();

        _group.Look(a)!.Kept.Count.ShouldBe(5);
    }

    [Fact]
    public void A_member_that_takes_a_topic_up_again_keeps_what_it_has_not_given_back()
    {
        _topics["u"] = 1;
        GroupMember a = Join("a");
        GroupMember b = Join("b");
        _group.Release(a, _group.Look(a)!.Leaving);
        _group.Subscribe(b, new HashSet<string> { "t", "u" });
        _group.Look(a)!.Leaving.ShouldBeEmpty();
        PartitionOwnership u = b.Owned[new("u", 0)];

        _group.Subscribe(b, new HashSet<string> { "t" });
        _group.Look(b)!.Leaving.ShouldBe([u]);
        _group.Subscribe(a, new HashSet<string> { "t", "u" });
        _group.Subscribe(b, new HashSet<string> { "t", "u" });

        _group.Look(b)!.Leaving.ShouldBeEmpty();
        b.Owned[new("u", 0)].ShouldBe(u);
    }

    [Fact]
    public void Members_that_add_a_topic_at_about_the_same_time_keep_what_they_have()
    {
        _topics["u"] = 2;
        GroupMember a = Join("a");
        GroupMember b = Join("b");
        _group.Release(a, _group.Look(a)!.Leaving);
        PartitionOwnership[] before = [a.Owned[new("t", 0)], b.Owned[new("t", 1)]];

        _group.Subscribe(b, new HashSet<string> { "t", "u" });
        _group.Subscribe(a, new HashSet<string> { "t", "u" });

        _group.Look(a)!.Kept.ShouldContain(before[0]);
        _group.Look(b)!.Kept.ShouldContain(before[1]);
    }

    [Fact]
    public void The_same_topics_again_are_no_rebalance()
    {
        GroupMember a = Join("a");
        int before = _group.Generation;

        _group.Subscribe(a, new HashSet<string> { "t" });

        _group.Generation.ShouldBe(before);
    }

    [Fact]
    public void Who_is_no_member_cannot_subscribe()
    {
        GroupMember a = Join("a");
        _group.Remove(a);
        int before = _group.Generation;

        _group.Subscribe(a, new HashSet<string> { "u" });

        _group.Generation.ShouldBe(before);
        _group.Members.ShouldBeEmpty();
    }

    [Fact]
    public void What_was_held_of_a_deleted_topic_is_gone_even_if_there_is_another_of_its_name()
    {
        GroupMember a = Join("a");
        PartitionOwnership before = a.Owned[new("t", 0)];

        _group.Drop("t");
        _group.Rebalance();

        a.Owned[new("t", 0)].ShouldNotBe(before);
    }

    [Fact]
    public void A_commit_that_arrives_after_its_topic_was_deleted_is_forgotten()
    {
        GroupMember a = Join("a");
        PartitionOwnership[] commit = _group.BeginCommit(By(a), [Offset(new("t", 0), 1)]);

        _topics.Clear();
        _group.Drop("t");
        _group.Apply(commit, [Offset(new("t", 0), 1)]);
        _group.EndCommit(commit);

        _group.Offsets.ShouldBeEmpty();
    }

    [Fact]
    public void Members_are_told_when_there_is_something_to_look_at()
    {
        int told = 0;
        var a = new GroupMember(_group, "a", "a", new HashSet<string> { "t" }, TimeSpan.FromSeconds(45), () => told++);
        _group.Join(a);
        told.ShouldBeGreaterThan(0);
        told = 0;

        Join("b");

        told.ShouldBeGreaterThan(0);
    }

    private GroupMember Join(string id)
    {
        var member = new GroupMember(_group, id, id, new HashSet<string> { "t" }, TimeSpan.FromSeconds(45), changed: () => { });
        _group.Join(member);
        return member;
    }

    private ConsumerGroupMetadata By(GroupMember member) => new("g", member.Id, _group.Generation);

    private static KeyValuePair<TopicPartition, OffsetAndMetadata?> Offset(TopicPartition partition, long offset) =>
        new(partition, new OffsetAndMetadata(offset));
}
