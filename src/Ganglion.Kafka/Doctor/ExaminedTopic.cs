namespace Ganglion.Kafka.Doctor;

/// <summary>A topic as far as it is known. What is <see langword="null"/> could not be asked.</summary>
internal sealed record ExaminedTopic(string Name, int Partitions)
{
    public string? Cleanup { get; init; }

    public long? RetentionMs { get; init; }

    public long? MaxMessageBytes { get; init; }

    /// <summary>How many copies there are of each partition.</summary>
    public int? Replicas { get; init; }

    /// <summary>How many of them must have a record before it counts as written.</summary>
    public int? MinInSync { get; init; }

    /// <summary>How many partitions have a copy that is behind, or on a broker that is down.</summary>
    public int Lagging { get; init; }

    public bool Has(string policy) => Cleanup?.Split(',', StringSplitOptions.TrimEntries).Contains(policy, StringComparer.Ordinal) ?? false;
}
