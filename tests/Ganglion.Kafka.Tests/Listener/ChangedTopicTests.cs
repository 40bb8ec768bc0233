using System.Net;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Tests.Listener;

/// <summary>Confluent's administrator changes topics of an embedded broker that listens.</summary>
public sealed class ChangedTopicTests : IAsyncLifetime
{
    private const string Topic = "notes";

    private EmbeddedBroker _broker = null!;
    private KafkaListener _listener = null!;
    private IAdminClient _admin = null!;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    private string Servers => _listener.EndPoint.ToString();

    public async ValueTask InitializeAsync()
    {
        NativeClient.Load();
        _broker = EmbeddedBroker.CreateVolatile();
        await _broker.Topics.CreateAsync(Topic, new TopicSettings { Partitions = 2 }, Deadline);
        _listener = await KafkaListener.StartAsync(_broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }, Deadline);
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).Build();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Settings_are_changed_one_by_one_and_all_at_once()
    {
        var resource = new ConfigResource { Type = ResourceType.Topic, Name = Topic };
        await _admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [resource] =
            [
                new ConfigEntry { Name = "retention.ms", Value = "60000", IncrementalOperation = AlterConfigOpType.Set },
                new ConfigEntry { Name = "cleanup.policy", Value = "compact", IncrementalOperation = AlterConfigOpType.Append },
            ],
        });
        (await TellAsync()).ShouldBe(("60000", "compact,delete"));

        await _admin.AlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [resource] = [new ConfigEntry { Name = "retention.ms", Value = "70000" }],
        });
        (await TellAsync()).ShouldBe(("70000", "delete"));

        async Task<(string, string)> TellAsync()
        {
            Dictionary<string, ConfigEntryResult> told = (await _admin.DescribeConfigsAsync([resource])).ShouldHaveSingleItem().Entries;
            return (told["retention.ms"].Value, told["cleanup.policy"].Value);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Members_of_a_group_get_partitions_that_are_added()
    {
        using var member = new ClientMember(Servers, "readers", Topic);
        await UntilAsync(() => member.Owned.Length == 2);

        await _admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = Topic, IncreaseTo = 4 }]);
        await AppendAsync(partition: 3, "new");

        await UntilAsync(() => member.Owned.Length == 4 && member.Values.Contains("new"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Records_that_are_deleted_are_read_by_nobody()
    {
        await AppendAsync(partition: 0, "0", "1", "2", "3");

        List<DeleteRecordsResult> deleted = await _admin.DeleteRecordsAsync([new(new Confluent.Kafka.TopicPartition(Topic, 0), 2)]);

        deleted.ShouldHaveSingleItem().Offset.Value.ShouldBe(2);
        using var member = new ClientMember(Servers, "readers", Topic);
        await UntilAsync(() => member.Values.Count == 2);
        member.Values.ShouldBe(["2", "3"]);
    }

    private async Task AppendAsync(int partition, params string[] values)
    {
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Deadline);
        await producer.AppendAsync(
            [.. values.Select(value => new ProducerRecord(Topic, new Record(null, Encoding.UTF8.GetBytes(value)), partition))], Deadline);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Deadline);
        }
    }
}
