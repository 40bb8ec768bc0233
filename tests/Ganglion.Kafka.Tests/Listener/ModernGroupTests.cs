using System.Net;
using Confluent.Kafka;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Tests.Listener;

/// <summary>Groups of Confluent's client that follow the protocol of KIP-848, on an embedded broker that listens.</summary>
public sealed class ModernGroupTests : IAsyncLifetime
{
    private const string Group = "readers";
    private const string Topic = "notes";

    private EmbeddedBroker _broker = null!;
    private KafkaListener _listener = null!;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        NativeClient.Load();
        _broker = EmbeddedBroker.CreateVolatile();
        _listener = await KafkaListener.StartAsync(_broker, Options(port: 0), Deadline);
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
        using ClientMember first = Join();
        await UntilOwnedAsync((first, 6));
        using ClientMember second = Join();
        using ClientMember third = Join();
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

    private static KafkaListenerOptions Options(int port) => new()
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, port),
        GroupSessionTimeout = TimeSpan.FromSeconds(3),
        GroupHeartbeatInterval = TimeSpan.FromMilliseconds(300),
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
        new(_listener.EndPoint.ToString(), Group, topic, instanceId, GroupProtocol.Consumer, assignor);

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
