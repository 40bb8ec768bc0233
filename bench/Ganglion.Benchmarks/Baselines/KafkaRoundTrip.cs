using System.Diagnostics;
using Confluent.Kafka;
using Ganglion.Benchmarks.Clusters;

namespace Ganglion.Benchmarks.Baselines;

/// <summary>A producer and a consumer of Confluent.Kafka on one topic: how long a record takes from one to the other.</summary>
internal sealed class KafkaRoundTrip : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly string _topic;

    public KafkaRoundTrip(ICluster cluster, string topic)
    {
        _topic = topic;
        _producer = KafkaLoop.OpenProducer(cluster);
        _consumer = KafkaLoop.OpenConsumer(cluster, AutoOffsetReset.Earliest);
        _consumer.Subscribe(topic);
    }

    /// <summary>Sends a record and consumes it; blocks the thread.</summary>
    /// <returns>The ticks of <see cref="Stopwatch"/> in between.</returns>
    public long Run(byte[] key, byte[] value, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        _producer.Produce(_topic, new Message<byte[], byte[]> { Key = key, Value = value });
        _consumer.Consume(cancellationToken);
        return Stopwatch.GetTimestamp() - started;
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
        _producer.Dispose();
    }
}
