namespace Ganglion.DeadLetters;

/// <summary>Whose headers tell why a record is a dead letter.</summary>
public enum DeadLetterFamily
{
    /// <summary>Nobody's: the record lies in a topic of dead letters and says nothing.</summary>
    None,

    /// <summary><c>__dlq.errors.*</c>, Kafka's own (KIP-1191). Ganglion writes these.</summary>
    Kafka,

    /// <summary><c>__streams.errors.*</c>, Kafka Streams' (KIP-1034).</summary>
    KafkaStreams,

    /// <summary><c>__connect.errors.*</c>, Kafka Connect's (KIP-298).</summary>
    KafkaConnect,

    /// <summary><c>kafka_dlt-*</c>, those of Spring for Apache Kafka.</summary>
    Spring,
}
