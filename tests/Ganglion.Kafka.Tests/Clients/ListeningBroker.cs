using System.Net;
using Confluent.Kafka;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Native;
using TopicPartition = Ganglion.Brokers.TopicPartition;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>An embedded broker that listens, for the tests of a class. Each test has topics and groups of its own.</summary>
public sealed class ListeningBroker : IAsyncLifetime
{
    private KafkaListener _listener = null!;

    public EmbeddedBroker Broker { get; } = EmbeddedBroker.CreateVolatile();

    public string Servers => _listener.EndPoint.ToString();

    public async ValueTask InitializeAsync()
    {
        NativeClient.Load();
        _listener = await KafkaListener.StartAsync(Broker, new KafkaListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            GroupSessionTimeout = TimeSpan.FromSeconds(3),
            GroupHeartbeatInterval = TimeSpan.FromMilliseconds(300),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await Broker.DisposeAsync();
    }

    public static string NewName() => $"notes.{Guid.NewGuid():N}";

    public async Task<string> CreateTopicAsync(int partitions = 1)
    {
        string topic = NewName();
        await Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = partitions }, TestContext.Current.CancellationToken);
        return topic;
    }

    /// <summary>Appends records in the process of the broker.</summary>
    public async Task AppendAsync(string topic, int partition, params IEnumerable<Record> records)
    {
        await using IEventProducer producer = await Broker.CreateProducerAsync();
        await producer.AppendAsync([.. records.Select(record => new ProducerRecord(topic, record, partition))], TestContext.Current.CancellationToken);
    }

    /// <summary>Reads what readers in the process of the broker see of a partition.</summary>
    public async Task<List<ConsumedRecord>> ReadAsync(string topic, int partition = 0)
    {
        var id = new TopicPartition(topic, partition);
        long end = await Broker.Topics.GetOffsetAsync(id, OffsetPosition.Latest, TestContext.Current.CancellationToken);
        await using IEventReader reader = await Broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [id] = OffsetPosition.Earliest } });
        var records = new List<ConsumedRecord>();
        while (reader.GetPosition(id) < end)
        {
            records.AddRange((await reader.ReadAsync(TestContext.Current.CancellationToken)).Records);
        }

        return records;
    }

    /// <summary>Writes one transaction after the other, with Confluent's client for .NET, to a topic's first partition.</summary>
    public void Transact(string topic, params IEnumerable<(string Value, bool Commits)> transactions)
    {
        var config = new ProducerConfig { BootstrapServers = Servers, TransactionalId = NewName() };
        using IProducer<Null, string> producer = new ProducerBuilder<Null, string>(config).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(60));
        foreach ((string value, bool commits) in transactions)
        {
            producer.BeginTransaction();
            producer.Produce(new Confluent.Kafka.TopicPartition(topic, 0), new Message<Null, string> { Value = value });
            producer.Flush(TestContext.Current.CancellationToken);
            if (commits)
            {
                producer.CommitTransaction();
            }
            else
            {
                producer.AbortTransaction();
            }
        }
    }
}
