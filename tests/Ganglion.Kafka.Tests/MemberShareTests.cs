using Ganglion.Brokers;
using Ganglion.Kafka.Groups;
using Ganglion.Kafka.Topics;

namespace Ganglion.Kafka.Tests;

/// <summary>What a member reads of the topics that go with a leading one.</summary>
public sealed class MemberShareTests
{
    private static readonly string[] Wanted = ["inbox", "orders"];

    private readonly MemberShare _share = new("inbox");

    public MemberShareTests() => _share.Give([new TopicPartition("inbox", 1)]);

    [Fact]
    public void Partitions_go_with_those_of_the_leading_topic() => List(leading: 2, orders: 5).ShouldBe(
        [new TopicPartition("inbox", 1), new TopicPartition("orders", 1), new TopicPartition("orders", 3)]);

    [Fact]
    public void Without_the_leading_topic_nobody_reads_what_goes_with_it()
    {
        List(leading: 2, orders: 5);

        List(leading: 0, orders: 5).ShouldBeEmpty();
        _share.Includes(new TopicPartition("orders", 1), Wanted).ShouldBeFalse();
    }

    [Fact]
    public void A_leading_topic_that_is_gone_is_missed_and_one_that_never_was_is_awaited()
    {
        List(leading: 0, orders: 5);
        _share.HasLostLeader.ShouldBeFalse();

        List(leading: 2, orders: 5);
        _share.HasLostLeader.ShouldBeFalse();

        List(leading: 0, orders: 5);
        _share.HasLostLeader.ShouldBeTrue();
    }

    [Fact]
    public void Who_holds_the_first_partition_of_a_leading_topic_that_is_missing_does_not_read_everything()
    {
        _share.Give([new TopicPartition("inbox", 0)]);

        List(leading: 0, orders: 5).ShouldBeEmpty();
    }

    private TopicPartition[] List(int leading, int orders) => [.. _share.List(Wanted, new Dictionary<string, ClusterTopic>
    {
        ["inbox"] = new ClusterTopic(Guid.NewGuid(), leading),
        ["orders"] = new ClusterTopic(Guid.NewGuid(), orders),
    })];
}
