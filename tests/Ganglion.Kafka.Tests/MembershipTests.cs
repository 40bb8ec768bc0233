using System.Text;
using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests;

/// <summary>What keeps a member in its group, and what costs it its place: each test has a cluster of its own.</summary>
public sealed class MembershipTests : IAsyncLifetime
{
    private const int FindCoordinator = 10;
    private const int JoinGroup = 11;
    private const int Heartbeat = 12;

    private MockCluster _cluster = null!;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await MockCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task Who_holds_its_partitions_back_stays_and_who_does_not_read_goes()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync(partitions: 2);
        await using Member busy = await JoinAsync(broker, topic);
        await busy.WhenOwnsAsync(2);
        await using IEventConsumer silent = await broker.CreateConsumerAsync(Options(topic), Timeout);
        using var reading = new CancellationTokenSource();
        Task read = silent.ReadAsync(reading.Token).AsTask();
        await busy.WhenOwnsAsync(1);
        await busy.WhenAsync(_ => silent.Assignment.Count == 1);
        TopicPartition held = busy.Consumer.Assignment.Single();
        busy.Consumer.Pause([held]);
        await AppendAsync(broker, held);

        // Both get no record from now on, the one because it reads no more, the other because it waits, as the runtime does for long handlers.
        await reading.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(read);
        await busy.WhenOwnsAsync(2);

        busy.Revoked.ShouldNotContain(held);
        busy.Lost.ShouldBeEmpty();
        busy.Values.ShouldBeEmpty();
        busy.Consumer.Resume([held]);
        await busy.WhenAsync(member => member.Values.Count == 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_member_whose_name_another_process_has_taken_is_told()
    {
        await using KafkaBroker broker = KafkaBroker.Open(MockBroker.OptionsFor(_cluster) with
        {
            Consumer = new KafkaConsumerOptions { InstanceId = "pod-1" },
        });
        string topic = await broker.CreateTopicAsync();
        await using Member member = await JoinAsync(broker, topic);
        await member.WhenOwnsAsync(1);

        // The instance id is fenced.
        await _cluster.FailNextAsync(Heartbeat, 82);

        FencedException fenced = await Should.ThrowAsync<FencedException>(member.Reading);
        fenced.Code.ShouldBe("instance-fenced");
        fenced.Message.ShouldContain("InstanceId");
        (await Should.ThrowAsync<FencedException>(async () => await member.Consumer.ReadAsync(Timeout))).Code.ShouldBe("instance-fenced");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_member_that_the_group_has_forgotten_joins_again()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();
        await using Member member = await JoinAsync(broker, topic);
        await member.WhenOwnsAsync(1);

        // The member is not known any more.
        await _cluster.FailNextAsync(Heartbeat, 25);
        await member.WhenAsync(one => !one.Lost.IsEmpty);
        await member.WhenOwnsAsync(1);
        await AppendAsync(broker, new TopicPartition(topic, 0));

        await member.WhenAsync(one => one.Values.Count == 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_member_that_is_back_before_it_knows_that_it_was_forgotten_commits_nothing_from_before()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();
        var partition = new TopicPartition(topic, 0);
        await AppendAsync(broker, partition);
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await using IEventConsumer member = await broker.CreateConsumerAsync(Options(topic) with { MaxPollInterval = TimeSpan.FromMinutes(1) }, Timeout);
        await member.ReadAsync(Timeout);
        ConsumerGroupMetadata before = member.Group;
        var done = new Dictionary<TopicPartition, OffsetAndMetadata> { [partition] = new(1) };

        // The member is not known any more. Its reading loop is busy elsewhere, and its client joins again by itself.
        await _cluster.FailNextAsync(Heartbeat, 25);
        while (member.Group.MemberId == before.MemberId || member.Group.Generation <= before.Generation)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Timeout);
        }

        FencedException together = await Should.ThrowAsync<FencedException>(async () => await producer.CommitAsync(
            new AtomicCommit { Group = member.Group, Offsets = done }, Timeout));
        FencedException alone = await Should.ThrowAsync<FencedException>(async () => await member.CommitAsync(done, Timeout));

        (together.Code, alone.Code).ShouldBe(("member-fenced", "member-fenced"));
        (await member.ReadAsync(Timeout)).Records.Count.ShouldBe(1);
        await producer.CommitAsync(new AtomicCommit { Group = member.Group, Offsets = done }, Timeout);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(JoinGroup, 30, "kafka-unauthorized", "Grant Read")] // The user may not use the group.
    [InlineData(FindCoordinator, 30, "kafka-unauthorized", "Grant Read")]
    [InlineData(JoinGroup, 26, "kafka-failed", "SessionTimeout")] // The session timeout is too long, or too short.
    [InlineData(JoinGroup, 23, "kafka-failed", "another program")] // The others share out in another way.
    [InlineData(JoinGroup, 81, "kafka-failed", "group.max.size")] // There are too many.
    public async Task A_member_that_the_group_does_not_let_in_is_told_and_joins_when_it_may(int request, int refusal, string code, string remedy)
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();

        // Others of the cluster's clients look for coordinators too.
        await _cluster.FailNextAsync(request, [.. Enumerable.Repeat(refusal, request == FindCoordinator ? 5 : 1)]);
        await using IEventConsumer member = await broker.CreateConsumerAsync(Options(topic), Timeout);

        KafkaException refused = await Should.ThrowAsync<KafkaException>(async () => await member.ReadAsync(Timeout));
        await AppendAsync(broker, new TopicPartition(topic, 0));

        refused.Code.ShouldBe(code);
        refused.Message.ShouldContain($"'{topic}'");
        refused.Message.ShouldContain(remedy);
        (await ReadWhenLetInAsync(member, code)).Records.Count.ShouldBe(1);
    }

    private static async Task<ConsumedBatch> ReadWhenLetInAsync(IEventConsumer member, string refusal)
    {
        while (true)
        {
            try
            {
                return await member.ReadAsync(Timeout);
            }
            catch (KafkaException exception) when (exception.Code == refusal)
            {
                // It is refused more than once.
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_member_whose_right_to_a_topic_is_withdrawn_is_told_and_goes_on_when_it_is_back()
    {
        await using KafkaBroker broker = KafkaBroker.Open(MockBroker.OptionsFor(_cluster) with
        {
            Client = new Dictionary<string, string> { ["topic.metadata.refresh.interval.ms"] = "500" },
        });
        string topic = await broker.CreateTopicAsync();
        await using IEventConsumer member = await broker.CreateConsumerAsync(Options(topic), Timeout);
        await AppendAsync(broker, new TopicPartition(topic, 0));
        await member.ReadAsync(Timeout);

        // The user may not use the topic.
        await _cluster.SetTopicErrorAsync(topic, 29);
        KafkaException refused = await Should.ThrowAsync<KafkaException>(async () => await member.ReadAsync(Timeout));
        await _cluster.SetTopicErrorAsync(topic, 0);

        refused.Code.ShouldBe("kafka-unauthorized");
        refused.Message.ShouldContain($"'{topic}'");
        await using KafkaBroker other = MockBroker.Open(_cluster);
        await AppendAsync(other, new TopicPartition(topic, 0));
        while ((await member.ReadAsync(Timeout)).NextOffset < 2)
        {
            // It may begin anew: it has committed nothing.
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_waits_for_a_cluster_that_does_not_answer_can_give_up_and_leave()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();
        string other = await broker.CreateTopicAsync();
        await AppendAsync(broker, new TopicPartition(topic, 0));
        IEventConsumer member = await broker.CreateConsumerAsync(Options(topic) with { SessionTimeout = TimeSpan.FromSeconds(45) }, Timeout);
        await member.ReadAsync(Timeout);
        await _cluster.SetAllAsync(isUp: false);

        // Its topics must be found first.
        member.Subscribe([topic, other]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        Task read = member.ReadAsync(patience.Token).AsTask();
        Task commit = member.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [new(topic, 0)] = new(1) }, patience.Token).AsTask();

        // A request takes up to a minute.
        (await Should.ThrowAsync<OperationCanceledException>(read.WaitAsync(TimeSpan.FromSeconds(20), Timeout))).CancellationToken.ShouldBe(patience.Token);
        await Should.ThrowAsync<OperationCanceledException>(commit.WaitAsync(TimeSpan.FromSeconds(20), Timeout));
        await member.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Timeout);
    }

    private static ConsumerOptions Options(string topic) => new()
    {
        GroupId = topic,
        Topics = [topic],
        SessionTimeout = MockCluster.ShortSession,
        HeartbeatInterval = TimeSpan.FromMilliseconds(200),
        MaxPollInterval = TimeSpan.FromSeconds(3),
    };

    private static Task<Member> JoinAsync(KafkaBroker broker, string topic) => Member.StartAsync(broker, Options(topic));

    private static async Task AppendAsync(KafkaBroker broker, TopicPartition partition)
    {
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(
            new ProducerRecord(partition.Topic, new Record(null, Encoding.UTF8.GetBytes("a")), partition.Partition), Timeout);
    }
}
