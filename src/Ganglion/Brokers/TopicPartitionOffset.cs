using System.Globalization;

namespace Ganglion.Brokers;

/// <summary>A position in a log: the record of this offset in this partition.</summary>
/// <param name="Partition">The topic and the partition.</param>
/// <param name="Offset">The record's number in its partition, from 0; numbers may have gaps.</param>
public readonly record struct TopicPartitionOffset(TopicPartition Partition, long Offset)
{
    /// <summary>The topic, the partition and the offset, as in <c>invoice.created-3@42</c>.</summary>
    public override string ToString() => $"{Partition}@{Offset}";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">The position.</param>
    /// <returns>Whether the text names one.</returns>
    public static bool TryParse(string? text, out TopicPartitionOffset position)
    {
        int at = text?.LastIndexOf('@') ?? -1;
        int dash = at < 0 ? -1 : text!.LastIndexOf('-', at);
        position = default;
        if (dash < 0
            || !TopicName.IsValid(text.AsSpan(0, dash))
            || !int.TryParse(text.AsSpan(dash + 1, at - dash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
            || !long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
        {
            return false;
        }

        position = new TopicPartitionOffset(new TopicPartition(text![..dash], partition), offset);
        return true;
    }
}
