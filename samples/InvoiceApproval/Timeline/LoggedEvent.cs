using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace InvoiceApproval.Timeline;

/// <summary>An event and its position on the log.</summary>
/// <param name="Position">Where it lies.</param>
/// <param name="Record">The record.</param>
/// <param name="Event">What it says; of a record that is no well-formed event, only its position and its bytes.</param>
/// <param name="IsNew">Whether it came after this process began.</param>
internal sealed record LoggedEvent(TopicPartitionOffset Position, Record Record, CloudEvent Event, bool IsNew)
{
    public string Topic => Position.Partition.Topic;

    public DateTimeOffset Time => Event.Time ?? Record.Timestamp;

    public string CorrelationId => Event.CorrelationId ?? Event.Id;

    /// <summary>Whether it lies before the ends of the partitions.</summary>
    public bool IsBefore(Dictionary<TopicPartition, long> ends) => Position.Offset < ends[Position.Partition];

    /// <summary>Why it was parked, if it was.</summary>
    public string? Cause => Record.Headers.TryGet("__dlq.errors.message"u8, out ReadOnlyMemory<byte> cause)
        ? Encoding.UTF8.GetString(cause.Span)
        : null;

    public static LoggedEvent Of(TopicPartition partition, ConsumedRecord consumed, bool isNew)
    {
        CloudEvent @event;
        try
        {
            @event = EventCodec.Decode(consumed.Record, partition.Topic, partition.Partition, consumed.Offset);
        }
        catch (EventFormatException)
        {
            @event = EventCodec.Decode(consumed.Record with { Headers = default }, partition.Topic, partition.Partition, consumed.Offset);
        }

        return new LoggedEvent(new TopicPartitionOffset(partition, consumed.Offset), consumed.Record, @event, isNew);
    }
}
