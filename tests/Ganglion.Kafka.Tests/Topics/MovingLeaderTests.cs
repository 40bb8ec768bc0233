using Confluent.Kafka;
using Ganglion.Brokers;
using TopicPartition = Ganglion.Brokers.TopicPartition;

namespace Ganglion.Kafka.Tests.Topics;

/// <summary>Where partitions begin and end, while their leaders move.</summary>
public sealed class MovingLeaderTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private const int ListOffsets = 2;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.OffsetNotAvailable)]
    [InlineData(ErrorCode.UnknownTopicOrPart)]
    public async Task Offsets_are_asked_for_again(ErrorCode error)
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();

        await cluster.FailNextAsync(ListOffsets, (int)error);
        (await broker.Topics.GetOffsetAsync(new TopicPartition(topic, 0), OffsetPosition.Latest, Timeout)).ShouldBe(0);

        await cluster.FailNextAsync(ListOffsets, (int)error, (int)error, (int)error);
        (await broker.Topics.FindAsync(topic, Timeout)).ShouldNotBeNull().Partitions.ShouldHaveSingleItem().LatestOffset.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_member_gets_its_partitions_though_their_leader_moves()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await cluster.FailNextAsync(ListOffsets, (int)ErrorCode.NotLeaderForPartition, (int)ErrorCode.NotLeaderForPartition);

        await using Member member = await Member.StartAsync(broker, new ConsumerOptions { GroupId = topic, Topics = [topic] });

        await member.WhenOwnsAsync(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_partition_that_is_not_there_is_not_waited_for()
    {
        await using KafkaBroker broker = KafkaBroker.Open(MockBroker.OptionsFor(cluster) with { RequestTimeout = TimeSpan.FromMinutes(10) });
        string topic = await broker.CreateTopicAsync();

        (await Should.ThrowAsync<TopicException>(
            async () => await broker.Topics.GetOffsetAsync(new TopicPartition(topic, 1), OffsetPosition.Latest, Timeout))).Code.ShouldBe("topic-not-found");
    }
}
