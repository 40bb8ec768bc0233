namespace Ganglion.Conformance;

/// <summary>What becomes of unknown topics where they are not created on first use.</summary>
public abstract class TopicCreationConformance(BrokerFixture fixture) : GroupConformance(fixture)
{
    /// <inheritdoc/>
    protected override bool AutoCreateTopics => false;

    [Fact]
    public async Task An_append_to_an_unknown_topic_is_refused()
    {
        string unknown = UniqueName();

        TopicException refusal = await Should.ThrowAsync<TopicException>(async () => await AppendAsync(unknown, null, "x"));

        refusal.Code.ShouldBe("topic-not-found");
        (await Broker.Topics.FindAsync(unknown, Deadline)).ShouldBeNull();
    }

    [Fact]
    public async Task A_commit_to_an_unknown_topic_is_refused_as_a_whole()
    {
        string topic = await CreateTopicAsync();

        TopicException refusal = await Should.ThrowAsync<TopicException>(async () => await Producer.CommitAsync(
            new AtomicCommit { Records = [new(topic, Text(null, "known")), new(UniqueName(), Text(null, "unknown"))] }, Deadline));

        refusal.Code.ShouldBe("topic-not-found");
        await AppendAsync(topic, null, "next");
        Values(await ReadAllAsync(topic)).ShouldBe(["next"]);
    }

    [Fact]
    public async Task A_subscribed_topic_is_awaited()
    {
        string topic = UniqueName();
        ReadingMember member = await JoinAsync("a", topic);

        await Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = 2 }, Deadline);
        await UntilOwnedAsync((member, 2));
        await AppendAsync(topic, null, "at last");

        await UntilAsync(() => Ledger.Records.Count == 1);
    }

    [Fact]
    public async Task A_topic_that_is_subscribed_to_later_is_awaited_too()
    {
        string topic = await CreateTopicAsync();
        string later = UniqueName();
        ReadingMember member = await JoinAsync("a", topic);
        await UntilOwnedAsync((member, 1));

        member.Consumer.Subscribe([topic, later]);
        (await Broker.Topics.FindAsync(later, Deadline)).ShouldBeNull();
        await Broker.Topics.CreateAsync(later, new TopicSettings { Partitions = 2 }, Deadline);

        await UntilOwnedAsync((member, 3));
    }

    [Fact]
    public async Task A_group_reads_what_there_is_while_it_awaits_the_rest()
    {
        string topic = await CreateTopicAsync();
        await JoinAsync("a", Subscription(UniqueName(), topic));

        await AppendAsync(topic, null, "x");

        await UntilAsync(() => Ledger.Records.Count == 1);
    }

    [Fact]
    public async Task Groups_commit_nevertheless()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "x");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, 1);

        await consumer.CommitAsync(Offsets(topic, 1), Deadline);

        (await CommittedAsync(topic)).ShouldBe(new OffsetAndMetadata(1));
    }
}
