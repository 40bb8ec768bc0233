using System.Diagnostics;
using Confluent.Kafka;
using Ganglion.Benchmarks.Clusters;

namespace Ganglion.Benchmarks.Baselines;

/// <summary>
/// Consume, produce and commit by Confluent.Kafka as one writes it by hand: a consumer of committed records, a transactional producer, one thread.
/// Its settings are those of Ganglion's clients where they matter here.
/// </summary>
internal static class KafkaLoop
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Reads a topic from its beginning as a group of its own, and writes each record to another with key, value and headers.</summary>
    /// <returns>Records per second from the first that is consumed until the last is committed.</returns>
    public static double Forward(ICluster cluster, string from, string to, int count, int perCommit, CancellationToken cancellationToken)
    {
        using IProducer<byte[], byte[]> producer = OpenTransactional(cluster);
        using IConsumer<byte[], byte[]> consumer = OpenConsumer(cluster, AutoOffsetReset.Earliest);
        producer.InitTransactions(Patience);
        consumer.Subscribe(from);
        ConsumeResult<byte[], byte[]>? next = consumer.Consume(cancellationToken);
        long started = Stopwatch.GetTimestamp();
        for (int done = 0; done < count;)
        {
            var offsets = new Dictionary<TopicPartition, Offset>();
            producer.BeginTransaction();
            for (int inCommit = 0; inCommit < perCommit && done < count; inCommit++, done++)
            {
                next ??= consumer.Consume(cancellationToken);
                producer.Produce(to, new Message<byte[], byte[]> { Key = next.Message.Key, Value = next.Message.Value, Headers = next.Message.Headers });
                offsets[next.TopicPartition] = next.Offset + 1;
                next = null;
            }

            producer.SendOffsetsToTransaction(
                offsets.Select(static offset => new TopicPartitionOffset(offset.Key, offset.Value)), consumer.ConsumerGroupMetadata, Patience);
            producer.CommitTransaction(Patience);
        }

        double perSecond = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        consumer.Close();
        return perSecond;
    }

    /// <summary>Idempotent, without transactions.</summary>
    public static IProducer<byte[], byte[]> OpenProducer(ICluster cluster, double? linger = null)
    {
        ProducerConfig settings = Settings(cluster);
        settings.LingerMs = linger;
        return new ProducerBuilder<byte[], byte[]>(settings).Build();
    }

    /// <summary>A member of a new group that commits by hand.</summary>
    public static IConsumer<byte[], byte[]> OpenConsumer(ICluster cluster, AutoOffsetReset reset) => new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
    {
        BootstrapServers = cluster.Options.BootstrapServers,
        GroupId = $"bench-{Guid.NewGuid():N}",
        SessionTimeoutMs = (int?)cluster.Options.Consumer.SessionTimeout?.TotalMilliseconds,
        HeartbeatIntervalMs = (int?)cluster.Options.Consumer.SessionTimeout?.TotalMilliseconds / 4,
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnableAutoCommit = false,
        AutoOffsetReset = reset,
        FetchWaitMaxMs = 100,
    }).Build();

    private static IProducer<byte[], byte[]> OpenTransactional(ICluster cluster)
    {
        ProducerConfig settings = Settings(cluster);
        settings.TransactionalId = $"bench-{Guid.NewGuid():N}";
        settings.TransactionTimeoutMs = (int)cluster.Options.TransactionTimeout.TotalMilliseconds;
        return new ProducerBuilder<byte[], byte[]>(settings).Build();
    }

    private static ProducerConfig Settings(ICluster cluster) => new()
    {
        BootstrapServers = cluster.Options.BootstrapServers,
        EnableIdempotence = true,
        Acks = Acks.All,
        Partitioner = Partitioner.Murmur2Random,
        MessageMaxBytes = 100_000_000,
    };
}
