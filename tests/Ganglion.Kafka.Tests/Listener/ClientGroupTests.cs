using System.Net;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Tests.Listener;

/// <summary>Groups of Confluent's client on an embedded broker that listens.</summary>
public sealed class ClientGroupTests : IAsyncLifetime
{
    private const string Group = "readers";
    private const string Topic = "notes";

    private EmbeddedBroker _broker = null!;
    private KafkaListener _listener = null!;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    private string Servers => _listener.EndPoint.ToString();

    public async ValueTask InitializeAsync()
    {
        NativeClient.Load();
        _broker = EmbeddedBroker.CreateVolatile();
        _listener = await KafkaListener.StartAsync(_broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }, Deadline);
        await _broker.Topics.CreateAsync(Topic, new TopicSettings { Partitions = 6 }, Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Three_members_share_a_topic_and_take_over_from_one_that_dies_and_one_that_leaves()
    {
        using var first = new ClientMember(Servers, Group, Topic);
        await UntilOwnedAsync((first, 6));
        using var second = new ClientMember(Servers, Group, Topic);
        using var third = new ClientMember(Servers, Group, Topic);
        await UntilOwnedAsync((first, 2), (second, 2), (third, 2));
        await AppendAsync(0, 60);
        await UntilAsync(() => first.Values.Concat(second.Values).Concat(third.Values).Distinct().Count() == 60);

        await second.DieAsync();
        await UntilOwnedAsync((first, 3), (third, 3));
        await first.LeaveAsync();
        await UntilOwnedAsync((third, 6));

        await AppendAsync(60, 60);
        await UntilAsync(() => Enumerable.Range(60, 60).All(number => third.Values.Contains($"{number}")));
        await third.LeaveAsync();
        Brokers.ConsumerGroupDescription group = (await _broker.Groups.FindAsync(Group, Deadline))!;
        group.State.ShouldBe(Brokers.ConsumerGroupState.Empty);
        group.Lag.ShouldBe(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task Whoever_comes_next_goes_on_where_the_last_one_has_committed()
    {
        using var first = new ClientMember(Servers, Group, Topic);
        await AppendAsync(0, 30);
        await UntilAsync(() => first.Values.Count == 30);
        await first.LeaveAsync();

        using var second = new ClientMember(Servers, Group, Topic);
        await AppendAsync(30, 30);
        await UntilAsync(() => second.Values.Count >= 30);

        second.Values.Select(int.Parse).Order().ShouldBe(Enumerable.Range(30, 30));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_member_with_a_name_that_restarts_gets_its_partitions_back_and_nobody_else_notices()
    {
        using var other = new ClientMember(Servers, Group, Topic);
        using var named = new ClientMember(Servers, Group, Topic, "shelf");
        await UntilOwnedAsync((other, 3), (named, 3));
        int generation = (await _broker.Groups.FindAsync(Group, Deadline))!.Generation;
        int[] owned = named.Owned;

        await named.DieAsync();
        using var again = new ClientMember(Servers, Group, Topic, "shelf");
        await UntilOwnedAsync((again, 3));

        again.Owned.ShouldBe(owned);
        (await _broker.Groups.FindAsync(Group, Deadline))!.Generation.ShouldBe(generation);
    }

    [Fact(Timeout = 120_000)]
    public async Task Offsets_are_committed_and_fetched_with_their_text()
    {
        var config = new ConsumerConfig { BootstrapServers = Servers, GroupId = Group, EnableAutoCommit = false };
        using IConsumer<string, string> consumer = new ConsumerBuilder<string, string>(config).Build();
        var partition = new Confluent.Kafka.TopicPartition(Topic, 1);
        consumer.Assign(partition);

        consumer.Commit([new Confluent.Kafka.TopicPartitionOffset(partition, 7)]);

        consumer.Committed([partition], TimeSpan.FromSeconds(30)).ShouldHaveSingleItem().Offset.Value.ShouldBe(7);
        (await _broker.Groups.FindAsync(Group, Deadline))!.Offsets.ShouldHaveSingleItem().Committed.Offset.ShouldBe(7);
        consumer.Close();
    }

    [Fact(Timeout = 120_000)]
    public async Task An_administrator_lists_describes_changes_and_deletes_groups()
    {
        using var member = new ClientMember(Servers, Group, Topic);
        await UntilOwnedAsync((member, 6));
        await AppendAsync(0, 6);
        await UntilAsync(() => member.Values.Count == 6);
        await using IEventConsumer agent = await _broker.CreateConsumerAsync(new ConsumerOptions { GroupId = "agents", Topics = [Topic] }, Deadline);
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).Build();

        ListConsumerGroupsResult listed = await admin.ListConsumerGroupsAsync();
        listed.Valid.Select(group => group.GroupId).ShouldBe(["agents", Group], ignoreOrder: true);
        DescribeConsumerGroupsResult described = await admin.DescribeConsumerGroupsAsync(["agents", Group, "nobody"]);
        described.ConsumerGroupDescriptions.Select(group => group.State).ShouldBe(
            [Confluent.Kafka.ConsumerGroupState.Stable, Confluent.Kafka.ConsumerGroupState.Stable, Confluent.Kafka.ConsumerGroupState.Dead]);
        described.ConsumerGroupDescriptions.Select(group => group.Members.Sum(one => one.Assignment.TopicPartitions.Count)).ShouldBe([6, 6, 0]);
        (await Should.ThrowAsync<DeleteGroupsException>(() => admin.DeleteGroupsAsync([Group])))
            .Results.ShouldHaveSingleItem().Error.Code.ShouldBe(ErrorCode.NonEmptyGroup);

        await member.LeaveAsync();
        var partition = new Confluent.Kafka.TopicPartition(Topic, 0);
        await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(Group, [new(partition, 0)])]);
        (await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(Group, null)])).ShouldHaveSingleItem()
            .Partitions.Single(offset => offset.TopicPartition == partition).Offset.Value.ShouldBe(0);
        await admin.DeleteConsumerGroupOffsetsAsync(Group, [partition]);
        (await _broker.Groups.FindAsync(Group, Deadline))!.Offsets.ShouldAllBe(offset => offset.Partition.Partition != 0);
        await admin.DeleteGroupsAsync([Group]);
        (await _broker.Groups.FindAsync(Group, Deadline)).ShouldBeNull();
    }

    private static Task UntilOwnedAsync(params (ClientMember Member, int Partitions)[] owned) =>
        UntilAsync(() => owned.All(one => one.Member.Owned.Length == one.Partitions)
            && owned.SelectMany(one => one.Member.Owned).Distinct().Count() == owned.Sum(one => one.Partitions));

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Deadline);
        }
    }

    private async Task AppendAsync(int first, int count)
    {
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Deadline);
        foreach (int number in Enumerable.Range(first, count))
        {
            await producer.AppendAsync(
                new ProducerRecord(Topic, new Record(null, System.Text.Encoding.UTF8.GetBytes($"{number}")), Partition: number % 6), Deadline);
        }
    }
}
