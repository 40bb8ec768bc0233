using Ganglion.Brokers;

namespace Ganglion.Kafka.Topics;

/// <summary>How many copies a topic is to have.</summary>
/// <param name="Copies">How many; <see langword="null"/>: the cluster says.</param>
/// <param name="MinInSync">How many of them must have a record before it counts as written; <see langword="null"/>: the cluster says.</param>
internal readonly record struct Replication(int? Copies, int? MinInSync)
{
    public static Replication Of(TopicSettings settings, KafkaBrokerOptions options) =>
        new(settings.ReplicationFactor ?? options.ReplicationFactor, options.MinInSyncReplicas);

    /// <summary>No more copies than there are brokers; and no more of them needed than there are copies, or nothing could be written.</summary>
    public Replication ClampTo(int brokers)
    {
        int? copies = Copies is { } wanted ? Math.Min(wanted, Math.Max(brokers, 1)) : null;
        return new Replication(copies, copies is { } most && MinInSync is { } least ? Math.Min(least, most) : MinInSync);
    }
}
