using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;

namespace Ganglion.Runtime.Inputs;

/// <summary>
/// Records that lay in another partition than their instance, and travel on through the agent's inbox: unchanged, with headers
/// that tell where they came from.
/// </summary>
internal sealed class ForwardedRecords(InputTopics topics)
{
    // Leaves room for the suffix of dead letters.
    private static readonly int MaxTopicLength = TopicName.MaxLength - DeadLetterTopic.Suffix.Length;

    /// <summary>The record for the inbox. A record that is forwarded again keeps its first origin.</summary>
    /// <param name="record">The record.</param>
    /// <param name="origin">Where it was first read.</param>
    /// <param name="channel">The channel whose handler it is for, or on which it answers.</param>
    /// <param name="partition">The partition of the inbox.</param>
    /// <param name="notes">Headers that tell more about it.</param>
    /// <exception cref="UnprocessableEventException">It is too large for the inbox.</exception>
    public ProducerRecord Forward(in Record record, Origin origin, string channel, int partition, params ReadOnlySpan<RecordHeader> notes)
    {
        RecordHeaders headers = Inbox.IsForwarded(record.Headers) ? record.Headers : Inbox.Forward(record.Headers, channel, origin.Position);
        headers = notes.IsEmpty ? headers : headers.With(notes);
        return record.SizeOf() + headers.Encoded.Length - record.Headers.Encoded.Length <= topics.MostForwarded
            ? new ProducerRecord(topics.Own.Inbox, record with { Headers = headers }, partition)
            : throw new UnprocessableEventException(
                "event-too-large-to-forward",
                $"The event lies in another partition than its instance, and is too large to be forwarded to '{topics.Own.Inbox}': give its record the instance's key, or raise that topic's limit.");
    }

    /// <summary>
    /// Where a record was first read: here, or where it lay before it was forwarded. Anybody can write to an inbox, so headers that
    /// name no possible topic mean nothing.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="at">Where it lies.</param>
    /// <param name="offset">Its offset there.</param>
    /// <param name="channel">The channel of the topic; <see langword="null"/> for the inbox.</param>
    public static Origin OriginOf(in Record record, TopicPartition at, long offset, string? channel)
    {
        if (channel is null
            && Inbox.TryRead(record.Headers, out string forChannel, out TopicPartitionOffset origin)
            && TopicName.IsValid(origin.Partition.Topic, MaxTopicLength))
        {
            return new Origin(forChannel, origin.Partition.Topic, origin.Partition.Partition, origin.Offset);
        }

        return new Origin(channel, at.Topic, at.Partition, offset);
    }
}
