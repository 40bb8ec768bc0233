namespace Ganglion.Brokers;

/// <summary>How a member of a consumer group reads.</summary>
public sealed record ConsumerOptions
{
    /// <summary>The group: its members share the partitions, other groups read everything again.</summary>
    public required string GroupId { get; init; }

    /// <summary>
    /// The topics. Those with equally many partitions are co-partitioned: partition <c>n</c> of each goes to the same member.
    /// A topic that does not exist yet is created if the broker creates topics on first use, else awaited. The member may change its
    /// topics later: <see cref="IEventConsumer.Subscribe"/>.
    /// </summary>
    public required IReadOnlyCollection<string> Topics { get; init; }

    /// <summary>
    /// One of the topics, after which all others go: whoever owns its partition <c>n</c> owns partition <c>n</c> of each of them, too, and of
    /// those that have more partitions also <c>n</c> plus multiples of its number. All members name the same, and keep it. Where there is
    /// none (the default), a cluster may give each partition to anybody; the embedded broker keeps co-partitioned topics together in any case.
    /// </summary>
    public string? CoPartitionedWith { get; init; }

    /// <summary>
    /// Where to begin in a partition for which the group has committed nothing, or whose committed offset is gone.
    /// Default <see cref="AutoOffsetReset.Earliest"/>.
    /// </summary>
    public AutoOffsetReset AutoOffsetReset { get; init; } = AutoOffsetReset.Earliest;

    /// <summary>The most bytes of records that one read returns, except that a single larger batch is returned whole. Default 1 MiB.</summary>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>A member that has not been heard of for this long is taken to be dead. Default 45 s; at most 49 days.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How often the member lets itself be heard. Default 3 s; less than a third of <see cref="SessionTimeout"/>.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A member whose loop has not read for this long leaves the group. Default 5 min; at most 49 days.</summary>
    public TimeSpan MaxPollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Told when partitions come and go.</summary>
    public IRebalanceListener? RebalanceListener { get; init; }

    /// <summary>A name for logs, metrics and the group's description.</summary>
    public string ClientId { get; init; } = "ganglion";
}
