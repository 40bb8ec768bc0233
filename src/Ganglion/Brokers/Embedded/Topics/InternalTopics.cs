namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>The topics that only the broker itself makes, writes and deletes. Other topics of the system are made by whoever needs them.</summary>
internal static class InternalTopics
{
    /// <summary>What groups have committed.</summary>
    public const string Offsets = "__consumer_offsets";

    /// <summary>Which producers transactional ids have.</summary>
    public const string Transactions = "__transaction_state";

    /// <summary>What each of them is created with.</summary>
    public static TopicSettings Settings { get; } = new()
    {
        Partitions = 1,
        Cleanup = CleanupPolicy.Compact,
        Retention = Timeout.InfiniteTimeSpan,
        RetentionBytes = -1,
        SegmentBytes = 16 * 1024 * 1024,
        MaxMessageBytes = TopicSettings.DefaultMaxMessageBytes,
        DeleteRetention = TimeSpan.FromDays(1),
    };

    public static bool Contains(string name) => name is Offsets or Transactions;

    /// <exception cref="TopicException">The topic belongs to the broker itself (<c>topic-internal</c>).</exception>
    public static void CheckOwner(string name)
    {
        if (Contains(name))
        {
            throw Topic.Internal(name);
        }
    }
}
