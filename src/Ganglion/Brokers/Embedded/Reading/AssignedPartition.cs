using Ganglion.Brokers.Embedded.Groups;

namespace Ganglion.Brokers.Embedded.Reading;

/// <summary>A partition that a consumer owns: its right to it, and its place in it.</summary>
internal sealed record AssignedPartition(PartitionOwnership Ownership, LogCursor Cursor)
{
    public TopicPartition Id => Ownership.Partition;
}
