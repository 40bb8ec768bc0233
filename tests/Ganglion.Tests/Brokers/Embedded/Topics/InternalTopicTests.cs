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
}
