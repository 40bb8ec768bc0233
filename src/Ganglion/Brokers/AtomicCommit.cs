namespace Ganglion.Brokers;

/// <summary>What <see cref="IEventProducer.CommitAsync"/> writes, all or nothing.</summary>
public sealed record AtomicCommit
{
    /// <summary>The code of an exception that says: it may be made, or not.</summary>
    internal const string OutcomeUnknown = "commit-outcome-unknown";

    /// <summary>The records, in the order in which those of a partition are to lie.</summary>
    public IReadOnlyList<ProducerRecord> Records { get; init; } = [];

    /// <summary>The group and the member on whose behalf <see cref="Offsets"/> are committed; needed when there are any.</summary>
    public ConsumerGroupMetadata? Group { get; init; }

    /// <summary>The offsets that <see cref="Group"/> has reached.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Offsets { get; init; } =
        new Dictionary<TopicPartition, OffsetAndMetadata>();
}
