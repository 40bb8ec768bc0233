using System.Diagnostics;
using Confluent.Kafka;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;

namespace Ganglion.Benchmarks.Baselines;

/// <summary>Confluent.Kafka, as fast as it can.</summary>
internal static class KafkaPump
{
    public const int RecordBytes = 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Message<byte[], byte[]> Message = new() { Key = null!, Value = Payload.Create(RecordBytes) };

    /// <summary>Fills all partitions with as many records.</summary>
    public static void Fill(ICluster cluster, string topic, int partitions, int count)
    {
        using IProducer<byte[], byte[]> producer = KafkaLoop.OpenProducer(cluster);
        for (int i = 0; i < count; i++)
        {
            var partition = new TopicPartition(topic, (int)((long)i * partitions / count));
            ProduceWhenThereIsRoom(producer, () => producer.Produce(partition, Message));
        }

        Flush(producer);
    }

    /// <summary>Produces records, to whichever partitions the client likes, until all are acknowledged.</summary>
    /// <returns>Records per second.</returns>
    public static double Produce(ICluster cluster, string topic, int count)
    {
        using IProducer<byte[], byte[]> producer = KafkaLoop.OpenProducer(cluster);
        Send(1);
        Flush(producer);
        long started = Stopwatch.GetTimestamp();
        Send(count);
        Flush(producer);
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;

        void Send(int records)
        {
            for (int i = 0; i < records; i++)
            {
                ProduceWhenThereIsRoom(producer, () => producer.Produce(topic, Message));
            }
        }
    }

    /// <summary>Reads all partitions from their beginning.</summary>
    /// <returns>Records per second behind the first.</returns>
    public static double Consume(ICluster cluster, string topic, int partitions, int count, CancellationToken cancellationToken)
    {
        using IConsumer<byte[], byte[]> consumer = KafkaLoop.OpenConsumer(cluster, AutoOffsetReset.Earliest);
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        consumer.Consume(cancellationToken);
        long started = Stopwatch.GetTimestamp();
        for (int i = 1; i < count; i++)
        {
            consumer.Consume(cancellationToken);
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void ProduceWhenThereIsRoom(IProducer<byte[], byte[]> producer, Action produce)
    {
        while (true)
        {
            try
            {
                produce();
                return;
            }
            catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(1));
            }
        }
    }

    private static void Flush(IProducer<byte[], byte[]> producer)
    {
        if (producer.Flush(Patience) is var left and > 0)
        {
            throw new InvalidOperationException($"{left} records were not acknowledged.");
        }
    }
}
