namespace Ganglion.Kafka;

/// <summary>How records are sent (<c>Ganglion:Kafka:Producer</c>). What is not set is as the native client has it.</summary>
public sealed record KafkaProducerOptions
{
    /// <summary>
    /// How long a record waits for others that go to the same partition. A longer wait makes larger batches, which suits throughput and
    /// compression. Default 5 ms; at most 15 min. <c>linger.ms</c>
    /// </summary>
    public TimeSpan? Linger { get; init; }

    /// <summary>How many bytes a batch has at most. Default 1,000,000. <c>batch.size</c></summary>
    public int? BatchBytes { get; init; }

    /// <summary>How batches are compressed. Default <see cref="KafkaCompression.None"/>. <c>compression.type</c></summary>
    public KafkaCompression? Compression { get; init; }
}
