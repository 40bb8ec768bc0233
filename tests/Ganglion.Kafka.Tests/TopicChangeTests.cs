using System.Text;
using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests;

/// <summary>Topics that are deleted, and created again as others, under those who read them.</summary>
public sealed class TopicChangeTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_member_loses_a_topic_that_is_deleted_and_reads_the_one_that_comes_in_its_place(bool isLed)
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string kept = await broker.CreateTopicAsync(partitions: 2);
        string changing = await broker.CreateTopicAsync();
        await AppendAsync(broker, new TopicPartition(changing, 0), "old", "old");
        await using Member member = await Member.StartAsync(broker, new ConsumerOptions
        {
            GroupId = kept,
            Topics = [kept, changing],
            CoPartitionedWith = isLed ? kept : null,
            SessionTimeout = MockCluster.ShortSession,
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
        });
        await member.WhenAsync(one => one.Values.Count == 2);

        await cluster.DeleteTopicAsync(changing);
        await cluster.CreateTopicAsync(changing, partitions: 2);
        if (isLed)
        {
            await CommitLateAsync(member, new TopicPartition(changing, 0));
        }

        await AppendAsync(broker, new TopicPartition(changing, 0), "newest", "newer");
        await member.WhenAsync(one => one.Lost.Contains(new TopicPartition(changing, 0)) || one.Revoked.Contains(new TopicPartition(changing, 0)));
        await member.WhenOwnsAsync(4);
        await AppendAsync(broker, new TopicPartition(changing, 0), "new");
        await AppendAsync(broker, new TopicPartition(changing, 1), "grown");
        await AppendAsync(broker, new TopicPartition(kept, 1), "kept");

        await member.WhenAsync(one => one.Values.Count == 7);
        member.Values.Order().ShouldBe(["grown", "kept", "new", "newer", "newest", "old", "old"]);
        member.Lost.ShouldNotContain(partition => partition.Topic == kept);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_topic_that_the_brokers_do_not_know_for_a_moment_is_read_on()
    {
        const int unknownTopic = 3;
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string leading = await broker.CreateTopicAsync();
        string steady = await broker.CreateTopicAsync();
        string changing = await broker.CreateTopicAsync();
        await using Member member = await Member.StartAsync(broker, new ConsumerOptions
        {
            GroupId = leading,
            Topics = [leading, steady, changing],
            CoPartitionedWith = leading,
            SessionTimeout = MockCluster.ShortSession,
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
        });
        await member.WhenOwnsAsync(3);

        // When the member has seen that the one topic is another, it has been told that there is no other one, too.
        await cluster.SetTopicErrorAsync(steady, unknownTopic);
        await cluster.DeleteTopicAsync(changing);
        await cluster.CreateTopicAsync(changing, partitions: 1);
        await member.WhenAsync(one => one.Lost.Contains(new TopicPartition(changing, 0)));
        await cluster.SetTopicErrorAsync(steady, 0);
        await AppendAsync(broker, new TopicPartition(steady, 0), "steady");

        await member.WhenAsync(one => one.Values.Contains("steady"));
        member.Lost.ShouldBe([new TopicPartition(changing, 0)]);
        member.Revoked.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_learns_that_its_topic_was_deleted()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await AppendAsync(broker, new TopicPartition(topic, 0), "a");
        await using IEventReader reader = await OpenAsync(broker, topic);
        await reader.ReadAsync(Timeout);
        ValueTask<ConsumedBatch> waiting = reader.ReadAsync(Timeout);

        await cluster.DeleteTopicAsync(topic);

        (await Should.ThrowAsync<TopicException>(async () => await waiting)).Code.ShouldBe("topic-not-found");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_does_not_pass_over_what_lies_in_a_topic_that_has_begun_anew()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        var partition = new TopicPartition(topic, 0);
        await AppendAsync(broker, partition, "a", "b", "c");
        await using IEventReader reader = await OpenAsync(broker, topic);
        while (reader.GetPosition(partition) < 3)
        {
            await reader.ReadAsync(Timeout);
        }

        await cluster.DeleteTopicAsync(topic);
        await cluster.CreateTopicAsync(topic, partitions: 1);

        (await Should.ThrowAsync<TopicException>(async () => await reader.ReadAsync(Timeout))).Code.ShouldBe("topic-not-found");
    }

    // What was done of the topic that was deleted: of the one in its place, nothing is.
    private static async Task CommitLateAsync(Member member, TopicPartition partition)
    {
        try
        {
            await member.Consumer.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [partition] = new(1) }, Timeout);
        }
        catch (FencedException)
        {
            // It has noticed already.
        }
    }

    private static Task<IEventReader> OpenAsync(KafkaBroker broker, string topic) => broker.CreateReaderAsync(
        new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [new(topic, 0)] = OffsetPosition.Earliest } }, Timeout).AsTask();

    // As the runtime does: the native client may need a moment for a topic that is new.
    private static async Task AppendAsync(KafkaBroker broker, TopicPartition partition, params string[] values)
    {
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        foreach (string value in values)
        {
            bool isWritten = false;
            while (!isWritten)
            {
                try
                {
                    await producer.AppendAsync(
                        new ProducerRecord(partition.Topic, new Record(null, Encoding.UTF8.GetBytes(value)), partition.Partition), Timeout);
                    isWritten = true;
                }
                catch (TopicException exception) when (exception.Code == "topic-not-found")
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), Timeout);
                }
            }
        }
    }
}
