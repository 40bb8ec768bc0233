using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Agents;

/// <summary>
/// The topic through which an agent's instances are reached, and the headers by which a record in it tells that it lay elsewhere
/// before.
/// </summary>
internal static class Inbox
{
    private const string Prefix = "__forwarded.";

    /// <summary>What the names of all headers begin with that mean something in an inbox only: also those of outcomes and of answers.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = [Prefix, "__operation", "__cancels", "__answer."];

    /// <summary>The inbox of an agent.</summary>
    public static string TopicOf(string agent) => $"{agent}.inbox";

    /// <summary>Whether a record tells where it lay before.</summary>
    public static bool IsForwarded(RecordHeaders headers) => headers.TryGet("__forwarded.topic"u8, out _);

    /// <summary>The headers of a record, and where it lay before.</summary>
    /// <param name="headers">The record's own headers.</param>
    /// <param name="channel">The channel whose handler gets it.</param>
    /// <param name="at">Where it lay.</param>
    public static RecordHeaders Forward(RecordHeaders headers, string channel, TopicPartitionOffset at) => headers.With(
        new RecordHeader(Prefix + "channel", channel),
        new RecordHeader(Prefix + "topic", at.Partition.Topic),
        new RecordHeader(Prefix + "partition", at.Partition.Partition.ToString(CultureInfo.InvariantCulture)),
        new RecordHeader(Prefix + "offset", at.Offset.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Reads what <see cref="Forward"/> writes. Anybody can write to an inbox: what it says need not be true, or possible.</summary>
    public static bool TryRead(RecordHeaders headers, out string channel, out TopicPartitionOffset at)
    {
        if (headers.Count > 0
            && headers.TryGet("__forwarded.topic"u8, out ReadOnlyMemory<byte> topic)
            && headers.TryGet("__forwarded.channel"u8, out ReadOnlyMemory<byte> forChannel)
            && headers.TryGet("__forwarded.partition"u8, out ReadOnlyMemory<byte> partition)
            && headers.TryGet("__forwarded.offset"u8, out ReadOnlyMemory<byte> number)
            && Utf8Parser.TryParse(partition.Span, out int originPartition, out _)
            && Utf8Parser.TryParse(number.Span, out long originOffset, out _))
        {
            channel = Encoding.UTF8.GetString(forChannel.Span);
            at = new TopicPartitionOffset(new TopicPartition(Encoding.UTF8.GetString(topic.Span), originPartition), originOffset);
            return true;
        }

        channel = "";
        at = default;
        return false;
    }
}
