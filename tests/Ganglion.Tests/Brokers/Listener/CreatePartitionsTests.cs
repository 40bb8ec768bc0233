using Ganglion.Brokers;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Clients give topics more partitions.</summary>
public sealed class CreatePartitionsTests : ListenerTests
{
    protected override async Task PrepareAsync()
    {
        await Broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 2 }, Deadline);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_topic_gets_more_partitions_which_can_be_written_and_read(short version)
    {
        (await Client.AddPartitionsAsync(version, "t", 5)).ShouldBe((ErrorCode.None, null));

        TopicDescription topic = (await Broker.Topics.FindAsync("t", Deadline))!;
        (topic.Settings.Partitions, topic.Partitions.Count).ShouldBe((5, 5));
        await Broker.AppendAsync("a".To("t", partition: 4));
        (await Broker.ReadAllAsync("t", partition: 4)).ShouldBe(["a"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Members_of_groups_in_the_process_get_the_new_partitions()
    {
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "g", Topics = ["t"], AutoOffsetReset = AutoOffsetReset.Earliest }, Deadline);
        Task<ConsumedBatch> reading = consumer.ReadAsync(Deadline).AsTask();

        await Client.AddPartitionsAsync(3, "t", 3);
        await Broker.AppendAsync("a".To("t", partition: 2));

        (await reading).Partition.ShouldBe(new TopicPartition("t", 2));
        consumer.Assignment.Count.ShouldBe(3);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("t", 1, (short)ErrorCode.InvalidPartitions, "more of them only")]
    [InlineData("t", 2, (short)ErrorCode.InvalidPartitions, "already")]
    [InlineData("t", 0, (short)ErrorCode.InvalidPartitions, "more of them only")]
    [InlineData("t", -1, (short)ErrorCode.InvalidPartitions, "more of them only")]
    [InlineData("t", 10_001, (short)ErrorCode.InvalidPartitions, "10,000")]
    [InlineData("none", 3, (short)ErrorCode.UnknownTopicOrPartition, "'none'")]
    [InlineData("__consumer_offsets", 3, (short)ErrorCode.InvalidTopic, "belongs to the broker")]
    public async Task What_cannot_be_is_refused_and_changes_nothing(string topic, int partitions, short error, string fault)
    {
        (ErrorCode told, string? why) = await Client.AddPartitionsAsync(3, topic, partitions);

        told.ShouldBe((ErrorCode)error);
        why.ShouldNotBeNull().ShouldContain(fault);
        (await Broker.Topics.FindAsync("t", Deadline))!.Partitions.Count.ShouldBe(2);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Replicas_cannot_be_placed_nor_a_topic_named_twice_and_what_is_only_looked_at_changes_nothing(short version)
    {
        (await Client.AddPartitionsAsync(version, "t", 3, placesReplicas: true)).Error.ShouldBe(ErrorCode.InvalidReplicaAssignment);
        (await Client.AddPartitionsAsync(version, "t", 3, isTwice: true)).Error.ShouldBe(ErrorCode.InvalidRequest);
        (await Client.AddPartitionsAsync(version, "t", 3, onlyValidates: true)).Error.ShouldBe(ErrorCode.None);
        (await Client.AddPartitionsAsync(version, "t", 2, onlyValidates: true)).Error.ShouldBe(ErrorCode.InvalidPartitions);

        (await Broker.Topics.FindAsync("t", Deadline))!.Partitions.Count.ShouldBe(2);
    }
}
