using System.Text;
using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests;

public sealed class GroupTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private readonly string _group = $"group.{Guid.NewGuid():N}";

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Members_share_partitions_and_one_that_comes_takes_its_share()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync(partitions: 4);
        await using Member first = await JoinAsync(broker, topic);
        await first.WhenOwnsAsync(4);

        await using Member second = await JoinAsync(broker, topic);
        await first.WhenOwnsAsync(2);
        await second.WhenOwnsAsync(2);

        first.Consumer.Assignment.Concat(second.Consumer.Assignment).Order()
            .ShouldBe(Enumerable.Range(0, 4).Select(number => new TopicPartition(topic, number)));
        first.Revoked.Count.ShouldBe(2);
    }

    [Fact(Timeout = 120_000)]
    public async Task Topics_that_go_after_another_are_read_by_the_owners_of_its_partitions()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string leading = await broker.CreateTopicAsync(partitions: 4);
        string equal = await broker.CreateTopicAsync(partitions: 4);
        string narrow = await broker.CreateTopicAsync(partitions: 2);
        await using Member first = await JoinAsync(broker, leading, equal);
        await first.WhenOwnsAsync(8);
        await using Member second = await JoinAsync(broker, leading, equal);
        await first.WhenOwnsAsync(4);
        await second.WhenOwnsAsync(4);

        foreach (Member member in new[] { first, second })
        {
            NumbersOf(member, leading).ShouldBe(NumbersOf(member, equal));
            member.Consumer.Subscribe([leading, narrow]);
        }

        await first.WhenAsync(member => member.Consumer.Assignment.All(partition => partition.Topic != equal));
        await second.WhenAsync(member => member.Consumer.Assignment.All(partition => partition.Topic != equal));
        while (NumbersOf(first, narrow).Length + NumbersOf(second, narrow).Length < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Timeout);
        }

        NumbersOf(first, narrow).ShouldBeSubsetOf(NumbersOf(first, leading));
        NumbersOf(second, narrow).ShouldBeSubsetOf(NumbersOf(second, leading));
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_leads_a_group_and_who_does_not_can_turn_to_a_topic_that_it_has_not_seen_before()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync(partitions: 2);
        await using Member first = await JoinAsync(broker, topic);
        await using Member second = await JoinAsync(broker, topic);
        await first.WhenOwnsAsync(1);
        await second.WhenOwnsAsync(1);

        foreach (Member member in new[] { first, second })
        {
            string other = await broker.CreateTopicAsync(partitions: 3);
            member.Consumer.Subscribe([other]);
            await member.WhenOwnsAsync(3);
            member.Consumer.Assignment.ShouldAllBe(partition => partition.Topic == other);
            member.Lost.ShouldBeEmpty();
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_committed_with_its_metadata_is_handed_to_whoever_comes_next()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await AppendAsync(broker, topic, "a", "b", "c");
        var partition = new TopicPartition(topic, 0);
        await using Member member = await JoinAsync(broker, topic);
        await member.WhenAsync(one => one.Values.Count == 3);
        await member.Consumer.CommitAsync(
            new Dictionary<TopicPartition, OffsetAndMetadata> { [partition] = new(1, "c is finished: é") }, Timeout);

        string other = await broker.CreateTopicAsync();
        member.Consumer.Subscribe([other]);
        await member.WhenAsync(one => one.Consumer.Assignment.Any(owned => owned.Topic == other));
        member.Consumer.Subscribe([topic, other]);
        await member.WhenAsync(one => one.Values.Count == 5);

        member.Committed[partition].ShouldBe(new OffsetAndMetadata(1, "c is finished: é"));
        member.Values.ShouldBe(["a", "b", "c", "b", "c"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task Nobody_commits_for_a_partition_that_is_not_its_own()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        string foreign = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await using Member member = await JoinAsync(broker, topic);
        await member.WhenOwnsAsync(1);
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [new(foreign, 0)] = new(0) };

        FencedException alone = await Should.ThrowAsync<FencedException>(async () => await member.Consumer.CommitAsync(offsets, Timeout));
        FencedException together = await Should.ThrowAsync<FencedException>(async () => await producer.CommitAsync(
            new AtomicCommit { Group = member.Consumer.Group, Offsets = offsets }, Timeout));
        ConsumerGroupException tooLong = await Should.ThrowAsync<ConsumerGroupException>(async () => await member.Consumer.CommitAsync(
            new Dictionary<TopicPartition, OffsetAndMetadata> { [new(topic, 0)] = new(0, new string('é', 2_049)) }, Timeout));

        (alone.Code, together.Code, tooLong.Code).ShouldBe(("member-fenced", "member-fenced", "offset-metadata-too-large"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_commit_writes_records_and_offsets_and_tells_where_the_records_lie()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string input = await broker.CreateTopicAsync();
        string output = await broker.CreateTopicAsync(partitions: 2);
        await AppendAsync(broker, input, "a");
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await using Member member = await JoinAsync(broker, input);
        await member.WhenAsync(one => one.Values.Count == 1);

        for (int round = 0; round < 3; round++)
        {
            IReadOnlyList<TopicPartitionOffset> places = await producer.CommitAsync(
                new AtomicCommit
                {
                    Records = [new(output, new Record(null, Bytes("x")), 1), new(output, new Record(null, Bytes("y")), 0)],
                    Group = member.Consumer.Group,
                    Offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [new(input, 0)] = new(1) },
                },
                Timeout);
            places.Select(place => place.Partition.Partition).ShouldBe([1, 0]);
        }
    }

    private async Task<Member> JoinAsync(KafkaBroker broker, params string[] topics) => await Member.StartAsync(broker, new ConsumerOptions
    {
        GroupId = _group,
        Topics = topics,
        CoPartitionedWith = topics.Length > 1 ? topics[0] : null,
        SessionTimeout = MockCluster.ShortSession,
        HeartbeatInterval = TimeSpan.FromMilliseconds(200),
    });

    private static async Task AppendAsync(KafkaBroker broker, string topic, params string[] values)
    {
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync([.. values.Select(value => new ProducerRecord(topic, new Record(null, Bytes(value)), 0))], Timeout);
    }

    private static int[] NumbersOf(Member member, string topic) =>
        [.. member.Consumer.Assignment.Where(partition => partition.Topic == topic).Select(partition => partition.Partition).Order()];

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
