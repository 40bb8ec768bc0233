namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>
/// One stretch of ownership: a member has a partition from a generation on. It ends when the member gives the partition back or
/// is removed, but nobody gets the partition before the commits that were on their way have arrived, so that the next owner
/// begins where the last one really stopped.
/// </summary>
internal sealed class PartitionOwnership(TopicPartition partition, GroupMember? member, int since)
{
    public TopicPartition Partition { get; } = partition;

    /// <summary>Who has it; null once it was given back, while commits are still on their way.</summary>
    public GroupMember? Member { get; set; } = member;

    /// <summary>The generation in which it began: commits made in an earlier one are refused.</summary>
    public int Since { get; } = since;

    /// <summary>How many commits of it are on their way to the log.</summary>
    public int PendingCommits { get; set; }
}
