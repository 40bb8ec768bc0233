namespace Ganglion.Conformance;

/// <summary>What is there when a broker is opened again.</summary>
public abstract class DurabilityConformance(BrokerFixture fixture) : GroupConformance(fixture)
{
    [Fact]
    public async Task Acknowledged_records_are_there()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        await AppendAllAsync(topic, Enumerable.Range(0, 100).Select(i => $"{i}"), partition: 1);
        List<ConsumedRecord> before = await ReadAllAsync(topic, 1);

        await ReopenAsync();

        List<ConsumedRecord> after = await ReadAllAsync(topic, 1);
        after.Select(record => record.Offset).ShouldBe(before.Select(record => record.Offset));
        Values(after).ShouldBe(Values(before));
    }

    [Fact]
    public async Task Offsets_go_on_where_they_were()
    {
        string topic = await CreateTopicAsync();
        TopicPartitionOffset before = await AppendAsync(topic, null, "before");

        await ReopenAsync();
        TopicPartitionOffset after = await AppendAsync(topic, null, "after");

        after.Offset.ShouldBeGreaterThan(before.Offset);
        Values(await ReadAllAsync(topic)).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task Topics_are_there_with_their_settings()
    {
        string topic = await CreateTopicAsync(partitions: 3, new TopicSettings { Retention = TimeSpan.FromHours(5) });
        TopicDescription before = (await Broker.Topics.FindAsync(topic, Deadline))!;

        await ReopenAsync();

        TopicDescription after = (await Broker.Topics.FindAsync(topic, Deadline)).ShouldNotBeNull();
        after.Id.ShouldBe(before.Id);
        after.Settings.ShouldBe(before.Settings);
    }

    [Fact]
    public async Task Deleted_topics_stay_deleted()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "x");
        await Broker.Topics.DeleteAsync(topic, Deadline);

        await ReopenAsync();

        (await Broker.Topics.FindAsync(topic, Deadline)).ShouldBeNull();
    }

    [Fact]
    public async Task An_atomic_commit_is_there_as_a_whole()
    {
        string input = await CreateTopicAsync();
        string output = await CreateTopicAsync();
        await AppendAllAsync(input, ["a", "b"]);
        await using (IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(input), Deadline))
        {
            await TakeAsync(consumer, 2);
            await Producer.CommitAsync(
                new AtomicCommit
                {
                    Records = [new(output, Text(null, "out"))],
                    Group = consumer.Group,
                    Offsets = Offsets(input, 1, "b is done, too"),
                },
                Deadline);
        }

        await ReopenAsync();

        Values(await ReadAllAsync(output)).ShouldBe(["out"]);
        (await CommittedAsync(input)).ShouldBe(new OffsetAndMetadata(1, "b is done, too"));
        Values(await ConsumeAsync(Subscription(input), 1)).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Deleted_groups_stay_deleted()
    {
        string topic = await CreateTopicAsync();
        await Broker.Groups.ResetAsync(GroupId, Offsets(topic, 0), Deadline);
        await Broker.Groups.DeleteAsync(GroupId, Deadline);

        await ReopenAsync();

        (await Broker.Groups.FindAsync(GroupId, Deadline)).ShouldBeNull();
    }

    [Fact]
    public async Task Offsets_of_a_deleted_topic_do_not_come_back_with_its_successor()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b"]);
        await Broker.Groups.ResetAsync(GroupId, Offsets(topic, 1), Deadline);
        await Broker.Topics.DeleteAsync(topic, Deadline);
        await EventuallyAsync(async () => await Broker.Topics.FindAsync(topic, Deadline) is null);
        await Broker.Topics.CreateAsync(topic, cancellationToken: Deadline);
        await AppendAllAsync(topic, ["c", "d"]);

        await ReopenAsync();

        // A cluster deletes them by and by.
        await EventuallyAsync(async () => await CommittedAsync(topic) is null);
        Values(await ConsumeAsync(Subscription(topic), 2)).ShouldBe(["c", "d"]);
    }

    [Fact]
    public async Task A_member_of_an_earlier_life_cannot_commit()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "x");
        IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, 1);
        ConsumerGroupMetadata past = consumer.Group;
        await consumer.DisposeAsync();

        await ReopenAsync();

        await Should.ThrowAsync<FencedException>(
            async () => await Producer.CommitAsync(new AtomicCommit { Group = past, Offsets = Offsets(topic, 1) }, Deadline));
    }
}
