using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Kafka;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>Topics of a cluster with events of 1 KB.</summary>
internal static class KafkaTopics
{
    private const int Keys = 10_000;
    private const int BatchSize = 1_000;

    private static readonly byte[] Data = Payload.Create(1024);

    public static string NewName(string what) => $"bench-{what}-{Guid.NewGuid().ToString("N")[..8]}";

    public static Task CreateAsync(ICluster cluster, string topic, CancellationToken cancellationToken) =>
        CreateAsync(cluster, topic, cluster.Partitions, cancellationToken);

    public static Task CreateAsync(ICluster cluster, string topic, int partitions, CancellationToken cancellationToken) =>
        UseAsync(cluster, broker => broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = partitions }, cancellationToken).AsTask());

    /// <summary>Creates a topic and fills it with events, keyed so that every partition gets as many.</summary>
    public static Task FillAsync(ICluster cluster, string topic, int count, CancellationToken cancellationToken) => UseAsync(cluster, async broker =>
    {
        await broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = cluster.Partitions }, cancellationToken);
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: cancellationToken);
        foreach (int[] batch in Enumerable.Range(0, count).Chunk(BatchSize))
        {
            await producer.AppendAsync([.. batch.Select(number => new ProducerRecord(topic, Event(number)))], cancellationToken);
        }
    });

    /// <summary>An event of 1 KB.</summary>
    public static Record Event(int number) => EventCodec.Encode(
        new CloudEvent { Id = $"{number}", Source = "/bench", Type = "work", Data = Data, PartitionKey = $"{number % Keys}" });

    private static async Task UseAsync(ICluster cluster, Func<KafkaBroker, Task> use)
    {
        await using KafkaBroker broker = KafkaBroker.Open(cluster.Options);
        await use(broker);
    }
}
