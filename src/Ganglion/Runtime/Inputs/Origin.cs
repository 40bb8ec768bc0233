using System.Globalization;
using Ganglion.Brokers;

namespace Ganglion.Runtime.Inputs;

/// <summary>Where a record was first read by the agent.</summary>
/// <param name="Channel">The channel whose handler it is for; <see langword="null"/>: the event's type says.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset.</param>
internal readonly record struct Origin(string? Channel, string Topic, int Partition, long Offset)
{
    public TopicPartitionOffset Position => new(new TopicPartition(Topic, Partition), Offset);

    /// <summary>As the ids of bare events tell a position.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}-{Partition}@{Offset}");
}
