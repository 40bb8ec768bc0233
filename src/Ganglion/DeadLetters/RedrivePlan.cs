using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.DeadLetters;

/// <summary>Makes of a dead letter the record that is sent again: the original, and where it goes.</summary>
internal sealed class RedrivePlan(RedriveOptions options, LetterReader topics)
{
    /// <exception cref="DeadLetterException">The letter cannot be redriven as it is.</exception>
    /// <exception cref="TopicException">There is no such topic (<c>topic-not-found</c>).</exception>
    public async ValueTask<ProducerRecord> MakeAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        if (letter.OmittedBytes is { } bytes && options.Data is null)
        {
            throw new DeadLetterException(
                "dead-letter-value-omitted", $"{letter.Position} was parked without its value, because it was too large ({bytes} bytes): redrive it with data.");
        }

        TopicDescription? inbox = await FindInboxAsync(letter, cancellationToken).ConfigureAwait(false);
        string name = options.To ?? inbox?.Name ?? letter.Origin?.Partition.Topic ?? throw new DeadLetterException(
            "dead-letter-origin-unknown", $"{letter.Position} does not tell where it came from: name the topic that it is to go to.");
        TopicDescription to = await topics.FindTopicAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw new TopicException("topic-not-found", $"{letter.Position} cannot be redriven to '{name}': there is no such topic. Create it, or name another.");
        return new ProducerRecord(name, MakeRecord(letter, inbox, name), PartitionOf(letter, inbox, to));
    }

    private async ValueTask<TopicDescription?> FindInboxAsync(DeadLetter letter, CancellationToken cancellationToken) =>
        letter.Family == DeadLetterFamily.Kafka && AgentType.IsValid(letter.Group)
            ? await topics.FindTopicAsync(Inbox.TopicOf(letter.Group), cancellationToken).ConfigureAwait(false)
            : null;

    private Record MakeRecord(DeadLetter letter, TopicDescription? inbox, string to)
    {
        bool isToInbox = to == inbox?.Name;
        Record record = WithData(letter);
        RecordHeaders headers = AddedHeaders.RemoveFrom(record.Headers, exceptForwarded: isToInbox);
        if (inbox is not null && letter.Event is { } bare && EventCodec.IsBare(record.Headers))
        {
            // Such an event is named by its position. That changes, and its name must not: its journal is found by it.
            headers = Join(EventCodec.Encode(bare with { DataContentType = EventCodec.Decode(record, to, 0, 0).DataContentType }).Headers, headers);
        }

        if (isToInbox && letter.Origin is { } origin && origin.Partition.Topic != to && !Inbox.IsForwarded(headers))
        {
            headers = Inbox.Forward(headers, letter.Channel ?? origin.Partition.Topic, origin);
        }

        // The time is the broker's: by that of the event, a topic that keeps records for a week could remove it before anybody reads it.
        return record with { Headers = headers.With(RedrivenMark.Of(letter.Position)), Timestamp = default };
    }

    // In structured mode the value is the whole event.
    private Record WithData(DeadLetter letter) => options.Data is not { } data ? letter.Record : letter.Record with
    {
        Value = letter.Event is { } @event && EventCodec.IsStructured(letter.Record.Headers)
            ? EventCodec.EncodeStructured(@event with { Data = data }).Value
            : data,
    };

    // In an inbox it goes back to its instance, or to whose key it has; elsewhere to the partition that it came from, if it goes back.
    // What has neither stays with its neighbours, for the sake of the order.
    private static int? PartitionOf(DeadLetter letter, TopicDescription? inbox, TopicDescription to)
    {
        long? partition = to.Name != inbox?.Name ? letter.Origin is { } origin && origin.Partition.Topic == to.Name ? origin.Partition.Partition : null
            : letter.InboxPartition ?? (letter.Record.Key is null ? letter.Position.Partition.Partition : null);
        return partition is >= 0 and var wanted && wanted < to.Partitions.Count ? (int)wanted : null;
    }

    private static RecordHeaders Join(RecordHeaders first, RecordHeaders second) => first.With(
        [.. second.Where(header => !first.TryGet(header.NameUtf8.Span, out _))]);
}
