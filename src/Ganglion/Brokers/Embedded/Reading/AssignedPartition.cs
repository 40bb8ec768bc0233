using Ganglion.Brokers.Embedded.Groups;

namespace Ganglion.Brokers.Embedded.Reading;

/// <summary>A partition that a consumer owns: its right to it, and its place in it.</summary>
internal sealed record AssignedPartition(Holding Holding, LogCursor Cursor)
{
    public TopicPartition Id => Holding.Partition;
}
