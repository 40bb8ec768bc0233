using Ganglion.Brokers;
using Ganglion.Kafka.Reading;

namespace Ganglion.Kafka.Tests.Reading;

public sealed class FetchedPartitionTests
{
    private readonly ReadyQueue _queue = new();
    private readonly FetchedPartition _partition;

    public FetchedPartitionTests()
    {
        _partition = new FetchedPartition(new TopicPartition("events", 0), start: 5, maxBytes: 1024, _queue);
        _partition.CheckTopic(Guid.NewGuid());
    }

    [Fact]
    public void Who_reads_a_topic_that_was_created_anew_from_its_beginning_is_told_once()
    {
        _partition.ReachEnd(0);
        Should.Throw<TopicException>(() => _queue.TryRead(1024)).Code.ShouldBe("topic-not-found");

        _partition.Seek(0);
        _partition.CheckTopic(Guid.NewGuid());

        _queue.TryRead(1024).ShouldBeNull();
        _partition.IsBroken.ShouldBeFalse();
    }

    [Fact]
    public void Who_reads_on_is_told_when_it_is_created_anew_again()
    {
        _partition.ReachEnd(0);
        _partition.Seek(0);
        _partition.CheckTopic(Guid.NewGuid());

        _partition.CheckTopic(Guid.NewGuid());

        Should.Throw<TopicException>(() => _queue.TryRead(1024)).Code.ShouldBe("topic-not-found");
    }
}
