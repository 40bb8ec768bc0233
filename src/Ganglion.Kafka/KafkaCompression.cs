namespace Ganglion.Kafka;

/// <summary>How batches of records are compressed before they are sent. Readers are told with each batch.</summary>
public enum KafkaCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip: small, but slow.</summary>
    Gzip,

    /// <summary>Snappy: fast.</summary>
    Snappy,

    /// <summary>LZ4: fast.</summary>
    Lz4,

    /// <summary>Zstandard: small, and fast enough for most.</summary>
    Zstd,
}
