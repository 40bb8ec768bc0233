using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded.Topics;

public sealed class InternalTopicTests
{
    [Fact]
    public async Task Only_the_broker_itself_writes_and_deletes_its_topics()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await broker.AppendAsync("a".To("t"));
        await broker.Groups.ResetAsync(
            "g", new Dictionary<TopicPartition, OffsetAndMetadata> { [new TopicPartition("t", 0)] = new(1) }, TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<TopicException>(() => broker.AppendAsync("x".To("__consumer_offsets")))).Code.ShouldBe("topic-internal");
        (await Should.ThrowAsync<TopicException>(async () => await broker.Topics.DeleteAsync("__consumer_offsets"))).Code.ShouldBe("topic-internal");
        (await broker.ReadAllAsync("__consumer_offsets")).Count.ShouldBe(1);
    }

    // With the settings of any topic it would forget what groups have committed after some days.
    [Fact]
    public async Task Nobody_else_makes_the_brokers_topics()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();

        (await Should.ThrowAsync<TopicException>(async () => await broker.Topics.CreateAsync("__consumer_offsets"))).Code.ShouldBe("topic-internal");
        (await Should.ThrowAsync<TopicException>(() => broker.AppendAsync("x".To("__consumer_offsets")))).Code.ShouldBe("topic-internal");
        await using IEventConsumer consumer = await broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "g", Topics = ["__consumer_offsets"] }, TestContext.Current.CancellationToken);
        (await broker.Topics.FindAsync("__consumer_offsets", TestContext.Current.CancellationToken)).ShouldBeNull();

        await broker.AppendAsync("a".To("t"));
        await broker.Groups.ResetAsync(
            "h", new Dictionary<TopicPartition, OffsetAndMetadata> { [new TopicPartition("t", 0)] = new(1) }, TestContext.Current.CancellationToken);
        TopicDescription made = (await broker.Topics.FindAsync("__consumer_offsets", TestContext.Current.CancellationToken)).ShouldNotBeNull();
        made.IsInternal.ShouldBeTrue();
        made.Settings.Cleanup.ShouldBe(CleanupPolicy.Compact);
    }
}
