using System.Net;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Native;
using ConsumerGroupState = Confluent.Kafka.ConsumerGroupState;

namespace Ganglion.Kafka.Tests.Listener;

/// <summary>Groups of Confluent's client that follow the protocol of KIP-848, on an embedded broker that listens.</summary>
public sealed class ModernGroupTests : IAsyncLifetime
{
    private const string Group = "readers";
    private const string Topic = "notes";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ganglion-groups-");
    private EmbeddedBroker _broker = null!;
    private KafkaListener _listener = null!;

    private string Servers => _listener.EndPoint.ToString();

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        NativeClient.Load();
        _broker = await EmbeddedBroker.OpenAsync(_folder.FullName, cancellationToken: Deadline);
        _listener = await KafkaListener.StartAsync(_broker, Options(port: 0), Deadline);
        await _broker.Topics.CreateAsync(Topic, new TopicSettings { Partitions = 6 }, Deadline);

        // With nothing committed librdkafka asks for the beginning, and if partitions come or go meanwhile, again later: then it reads all twice.
        await _broker.Groups.ResetAsync(
            Group,
            Enumerable.Range(0, 6).ToDictionary(number => new Ganglion.Brokers.TopicPartition(Topic, number), _ => new OffsetAndMetadata(0)),
            Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task Three_members_share_a_topic_and_take_over_from_one_that_dies_and_one_that_leaves()
    {
        using ClientMember first = Join();
        await UntilOwnedAsync((first, 6));
        using ClientMember second = Join();
        using ClientMember third = Join();
        await UntilOwnedAsync((first, 2), (second, 2), (third, 2));
        await AppendAsync(0, 60);
        await UntilAsync(() => first.Values.Count + second.Values.Count + third.Values.Count >= 60);
        first.Values.Concat(second.Values).Concat(third.Values).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 60));

        await second.DieAsync();
        await UntilOwnedAsync((first, 3), (third, 3));
        await first.LeaveAsync();
        await UntilOwnedAsync((third, 6));

        await AppendAsync(60, 60);
        await UntilAsync(() => Enumerable.Range(60, 60).All(number => third.Values.Contains($"{number}")));
        await third.LeaveAsync();
        Ganglion.Brokers.ConsumerGroupDescription group = (await _broker.Groups.FindAsync(Group, Deadline))!;
        group.State.ShouldBe(Ganglion.Brokers.ConsumerGroupState.Empty);
        group.Lag.ShouldBe(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_member_with_a_name_that_leaves_and_is_back_has_its_partitions_and_nobody_else_notices()
    {
        using ClientMember other = Join();
        using ClientMember named = Join(instanceId: "shelf");
        await UntilOwnedAsync((other, 3), (named, 3));
        int epoch = (await _broker.Groups.FindAsync(Group, Deadline))!.Generation;
        int[] owned = named.Owned;

        await named.LeaveAsync();
        using ClientMember again = Join(instanceId: "shelf");
        await UntilOwnedAsync((again, 3));

        again.Owned.ShouldBe(owned);
        other.Owned.Length.ShouldBe(3);
        (await _broker.Groups.FindAsync(Group, Deadline))!.Generation.ShouldBe(epoch);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_expression_finds_topics_that_are_there_and_that_come_later()
    {
        using ClientMember member = Join("^notes(-[0-9]+)?");
        await UntilOwnedAsync((member, 6));

        await _broker.Topics.CreateAsync("notes-two", new TopicSettings { Partitions = 1 }, Deadline);
        await _broker.Topics.CreateAsync("notes-2", new TopicSettings { Partitions = 1 }, Deadline);

        await UntilAsync(() => member.Topics is ["notes", "notes-2"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task Members_get_ranges_if_they_ask_for_them()
    {
        using ClientMember first = Join(assignor: "range");
        using ClientMember second = Join(assignor: "range");
        await UntilOwnedAsync((first, 3), (second, 3));

        new[] { first.Owned, second.Owned }.ShouldBe([[0, 1, 2], [3, 4, 5]], ignoreOrder: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_administrator_finds_the_group_among_others()
    {
        using ClientMember member = Join();
        using var classic = new ClientMember(Servers, "others", Topic);
        await UntilOwnedAsync((member, 6));
        await UntilOwnedAsync((classic, 6));
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).Build();

        ListConsumerGroupsResult listed = await admin.ListConsumerGroupsAsync(new ListConsumerGroupsOptions { MatchTypes = [ConsumerGroupType.Consumer] });
        DescribeConsumerGroupsResult described = await admin.DescribeConsumerGroupsAsync([Group]);

        listed.Valid.Select(group => (group.GroupId, group.Type, group.State)).ShouldBe([(Group, ConsumerGroupType.Consumer, ConsumerGroupState.Stable)]);
        Confluent.Kafka.Admin.ConsumerGroupDescription shown = described.ConsumerGroupDescriptions.ShouldHaveSingleItem();
        (shown.State, shown.PartitionAssignor).ShouldBe((ConsumerGroupState.Stable, "uniform"));
        shown.Members.ShouldHaveSingleItem().Assignment.TopicPartitions.Count.ShouldBe(6);
    }

    [Fact(Timeout = 120_000)]
    public async Task Members_go_on_where_they_have_committed_when_the_broker_is_back()
    {
        using ClientMember first = Join();
        using ClientMember second = Join();
        await UntilOwnedAsync((first, 3), (second, 3));
        await AppendAsync(0, 30);
        await UntilAsync(() => first.Values.Count + second.Values.Count >= 30);
        first.Values.Concat(second.Values).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 30));
        first.Commit();
        second.Commit();
        (await _broker.Groups.FindAsync(Group, Deadline))!.Offsets.Select(offset => offset.Committed.Offset).ShouldBe(Enumerable.Repeat(5L, 6));

        int port = _listener.EndPoint.Port;
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
        _broker = await EmbeddedBroker.OpenAsync(_folder.FullName, cancellationToken: Deadline);
        _listener = await KafkaListener.StartAsync(_broker, Options(port), Deadline);

        // Whoever is back first has all partitions until the other is, and may read more of them than it commits.
        while (await _broker.Groups.FindAsync(Group, Deadline) is not { State: Ganglion.Brokers.ConsumerGroupState.Stable, Members.Count: 2 })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Deadline);
        }

        await AppendAsync(30, 30);
        await UntilAsync(() => first.Values.Count + second.Values.Count >= 60);
        first.Values.Concat(second.Values).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 60));
    }

    private static KafkaListenerOptions Options(int port) => new()
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, port),
        GroupSessionTimeout = TimeSpan.FromSeconds(6),
        GroupHeartbeatInterval = TimeSpan.FromMilliseconds(500),
    };

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

    private ClientMember Join(string topic = Topic, string? instanceId = null, string? assignor = null) =>
        new(Servers, Group, topic, instanceId, GroupProtocol.Consumer, assignor);

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
