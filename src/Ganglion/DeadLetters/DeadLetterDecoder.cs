using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.DeadLetters;

/// <summary>Reads what the headers of a record tell of why it is a dead letter.</summary>
internal static class DeadLetterDecoder
{
    /// <returns>The letter; <see langword="null"/> if the record is none: no header says so, and neither does its topic.</returns>
    public static DeadLetter? Decode(TopicPartitionOffset position, in Record record)
    {
        if (FamilyOf(record.Headers) is not { } names)
        {
            return DeadLetterTopic.Is(position.Partition.Topic)
                ? new DeadLetter { Position = position, Record = record, Event = EventOf(record, position) }
                : null;
        }

        RecordHeaders headers = record.Headers;
        TopicPartitionOffset? origin = OriginOf(headers, names);
        return new DeadLetter
        {
            Position = position,
            Record = record,
            Family = names.Family,
            Origin = origin,
            Group = GroupOf(headers, names),
            DeliveryCount = (int?)Number(headers, names.DeliveryCount) is > 0 and var count ? count : null,
            ExceptionClass = ClassOf(headers, names),
            Message = Text(headers, names.Message),
            StackTrace = Text(headers, names.StackTrace),
            OmittedBytes = Number(headers, names.OmittedValue),
            Channel = Text(headers, names.Channel),
            InboxPartition = Number(headers, names.InboxPartition),
            Event = EventOf(record, origin ?? position),
        };
    }

    // A letter that was sent on and failed again has the headers of both: those behind are the newer ones.
    private static DeadLetterHeaders? FamilyOf(RecordHeaders headers)
    {
        DeadLetterHeaders? last = null;
        foreach (RecordHeader header in headers)
        {
            foreach (DeadLetterHeaders family in DeadLetterHeaders.All)
            {
                if (header.NameUtf8.Span.StartsWith(family.PrefixUtf8))
                {
                    last = family;
                }
            }
        }

        return last;
    }

    private static TopicPartitionOffset? OriginOf(RecordHeaders headers, DeadLetterHeaders names) =>
        Text(headers, names.Topic) is { } topic && TopicName.IsValid(topic)
        && Number(headers, names.Partition) is >= 0 and <= int.MaxValue and var partition
        && Number(headers, names.Offset) is >= 0 and var offset
            ? new TopicPartitionOffset(new TopicPartition(topic, (int)partition), offset)
            : null;

    // A sink connector reads as the group of its name.
    private static string? GroupOf(RecordHeaders headers, DeadLetterHeaders names) =>
        Text(headers, names.Group) is { } group && names.Family == DeadLetterFamily.KafkaConnect ? "connect-" + group : Text(headers, names.Group);

    // Kafka Streams writes what the exception's toString returns: its class, a colon, its message.
    private static string? ClassOf(RecordHeaders headers, DeadLetterHeaders names) =>
        Text(headers, names.ExceptionClass) is { } text && names.Family == DeadLetterFamily.KafkaStreams && text.IndexOf(':') is > 0 and var colon
            ? text[..colon]
            : Text(headers, names.ExceptionClass);

    private static string? Text(RecordHeaders headers, string name) => Find(headers, name) is { Length: > 0 } value ? Encoding.UTF8.GetString(value.Span) : null;

    private static long? Number(RecordHeaders headers, string name)
    {
        if (Find(headers, name) is not { } value)
        {
            return null;
        }

        // Digits for most; Spring writes Java's int and long, big-endian.
        return name.StartsWith("kafka_dlt-", StringComparison.Ordinal) switch
        {
            true when value.Length == sizeof(int) => BinaryPrimitives.ReadInt32BigEndian(value.Span),
            true when value.Length == sizeof(long) => BinaryPrimitives.ReadInt64BigEndian(value.Span),
            _ => long.TryParse(value.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null,
        };
    }

    private static ReadOnlyMemory<byte>? Find(RecordHeaders headers, string name) =>
        name.Length > 0 && headers.TryGet(Encoding.UTF8.GetBytes(name), out ReadOnlyMemory<byte> value) ? value : null;

    private static CloudEvent? EventOf(in Record record, TopicPartitionOffset at)
    {
        // What came through an inbox began elsewhere, and a bare event is named by where that was.
        if (Inbox.TryRead(record.Headers, out _, out TopicPartitionOffset before) && TopicName.IsValid(before.Partition.Topic))
        {
            at = before;
        }

        try
        {
            return EventCodec.Decode(record, at.Partition.Topic, at.Partition.Partition, at.Offset);
        }
        catch (EventFormatException)
        {
            return null;
        }
    }
}
