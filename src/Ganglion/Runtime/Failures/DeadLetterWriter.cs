using System.Globalization;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Failures;

/// <summary>
/// Parks events that cannot be handled: the record as it was, in the topic of its name with <c>.dlq</c> behind, with the cause in
/// headers named after Kafka's KIP-1191.
/// </summary>
internal sealed partial class DeadLetterWriter(AgentType agent, ITopicAdministration topics, AgentMetrics metrics, ILogger logger)
{
    private static readonly DeadLetterHeaders Names = DeadLetterHeaders.Kafka;

    private const int MostText = 4096;

    // Room for the headers above the largest record that the topic itself takes.
    private const int HeaderRoom = 32 * 1024;

    /// <summary>Makes an invocation park its event, and do nothing else.</summary>
    public void Park(Invocation invocation, Exception cause)
    {
        Origin origin = invocation.Origin;
        invocation.DeadLetterTopic = origin.Topic + DeadLetterTopic.Suffix;
        invocation.IsGivenUp = true;
        Record record = invocation.Parkable is { } begun
            ? EventCodec.Encode(begun, Encoding.UTF8.GetBytes(invocation.Key!))
            : invocation.Record;
        RecordHeaders headers = record.Headers;
        if (origin.Channel is { } channel)
        {
            headers = headers.With(new RecordHeader(Names.Channel, channel));
        }

        if (invocation.Input.Channel is null)
        {
            headers = headers.With(new RecordHeader(Names.InboxPartition, invocation.Input.Id.Partition.ToString(CultureInfo.InvariantCulture)));
        }

        invocation.ResetRecords(
        [
            new ProducerRecord(invocation.DeadLetterTopic, record with
            {
                Headers = headers.With(
                    new RecordHeader(Names.Topic, origin.Topic),
                    new RecordHeader(Names.Partition, origin.Partition.ToString(CultureInfo.InvariantCulture)),
                    new RecordHeader(Names.Offset, origin.Offset.ToString(CultureInfo.InvariantCulture)),
                    new RecordHeader(Names.Group, agent.Name),
                    new RecordHeader(Names.DeliveryCount, Math.Max(1, invocation.Attempts).ToString(CultureInfo.InvariantCulture)),
                    new RecordHeader(Names.Message, Shorten(cause.Message)),
                    new RecordHeader(Names.ExceptionClass, cause.GetType().FullName ?? cause.GetType().Name),
                    new RecordHeader(Names.StackTrace, Shorten(cause.ToString()))),
            }),
        ]);
    }

    /// <summary>
    /// The broker has refused an event that was to be forwarded or parked, and an event must not stop its partition. What was to be
    /// forwarded is parked. Of what was to be parked, the journal is not written where that is too large; the event goes without its value
    /// where it is too large, and without its time where it is refused for anything else; and otherwise not at all.
    /// </summary>
    public void Reduce(Invocation invocation, GanglionException refusal)
    {
        if (invocation.IsForwarded)
        {
            Park(invocation, refusal);
            metrics.Parked(invocation.Origin.Topic);
            LogNotForwarded(refusal, invocation.Origin, invocation.DeadLetterTopic!);
            return;
        }

        ProducerRecord letter = invocation.Records![0];
        bool isTooLarge = refusal is RecordTooLargeException;
        if (invocation.JournalRange is { IsEmpty: false, First: var journal }
            && (journal == 0 || (isTooLarge && invocation.Records[journal].Record.SizeOf() > letter.Record.SizeOf())))
        {
            DropJournal(invocation, refusal);
            return;
        }

        if (isTooLarge && invocation.DeadLetterTopic is not null && letter.Record.Value is { Length: > 0 and var omitted })
        {
            // Empty, not null: that would delete what a compacted topic holds under the key.
            invocation.Records[0] = letter with
            {
                Record = letter.Record with
                {
                    Value = ReadOnlyMemory<byte>.Empty,
                    Headers = letter.Record.Headers.With(
                        new RecordHeader(Names.OmittedValue, omitted.ToString(CultureInfo.InvariantCulture))),
                },
            };
            return;
        }

        if (!isTooLarge && letter.Record.Timestamp != default)
        {
            invocation.Records[0] = letter with { Record = letter.Record with { Timestamp = default } };
            return;
        }

        metrics.Dropped(invocation.Origin.Topic, refusal);
        LogDropped(refusal, invocation.Origin, letter.Topic);
        invocation.Records.RemoveAt(0);
        if (invocation.JournalRange is { First: > 0 } behind)
        {
            invocation.JournalRange = behind with { First = behind.First - 1 };
        }

        invocation.DeadLetterTopic = null;
    }

    /// <summary>Creates the topic if it is not there. Nothing in it is ever removed by age, unless the broker refuses that.</summary>
    /// <exception cref="DeadLetterTopicException">It is not there and cannot be created: nothing can be parked in it for now.</exception>
    public async ValueTask EnsureTopicAsync(string name, CancellationToken cancellationToken)
    {
        if (await topics.FindAsync(name, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        TopicDescription? original = await topics.FindAsync(name[..^DeadLetterTopic.Suffix.Length], cancellationToken).ConfigureAwait(false);
        var settings = new TopicSettings
        {
            Partitions = original?.Partitions.Count,
            Cleanup = CleanupPolicy.None,
            MaxMessageBytes = Math.Min(
                (original?.Settings.MaxMessageBytes ?? TopicSettings.DefaultMaxMessageBytes) + HeaderRoom, TopicSettings.HighestMaxMessageBytes),
        };
        try
        {
            await topics.EnsureAsync(name, settings, cancellationToken).ConfigureAwait(false);
        }
        catch (TopicException refusal) when (refusal.Code == TopicException.SettingsInvalid)
        {
            LogSettingsRefused(refusal, name);
            await EnsureByDefaultAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask EnsureByDefaultAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await topics.EnsureAsync(name, new TopicSettings(), cancellationToken).ConfigureAwait(false);
        }
        catch (TopicException refusal) when (refusal.Code == TopicException.SettingsInvalid)
        {
            throw new DeadLetterTopicException(
                $"The topic '{name}' is needed for dead letters, and cannot be created: {refusal.Message} Create it; until it is there, what has failed waits, and what comes behind it.",
                refusal);
        }
    }

    private void DropJournal(Invocation invocation, GanglionException refusal)
    {
        RecordRange journal = invocation.JournalRange;
        LogJournalDropped(refusal, invocation.Origin, invocation.Records![journal.First].Topic);
        invocation.Records.RemoveRange(journal.First, journal.Count);
        invocation.JournalRange = default;
        invocation.Input.AgentPartition!.Journals.Undo(invocation.Open!);
    }

    private static string Shorten(string text) => text.Length <= MostText ? text : string.Concat(text.AsSpan(0, MostText - 1), "…");

    [LoggerMessage(112, LogLevel.Error, "{Origin} can be neither handled nor parked: {Topic} refuses it. It is dropped.")]
    private partial void LogDropped(Exception refusal, Origin origin, string topic);

    [LoggerMessage(
        126,
        LogLevel.Warning,
        "The topic {Topic} for dead letters may not be as it should: it is created as the cluster has it by default. See to it that letters are kept for long enough (retention.ms), and that it takes large ones (max.message.bytes).")]
    private partial void LogSettingsRefused(Exception refusal, string topic);

    [LoggerMessage(129, LogLevel.Error, "{Origin} cannot be forwarded to its instance and is parked in {Topic}.")]
    private partial void LogNotForwarded(Exception refusal, Origin origin, string topic);

    [LoggerMessage(119, LogLevel.Error, "What became of {Origin} in its last turn is not kept in its journal: {Topic} refuses it. It goes on from what the journal had before.")]
    private partial void LogJournalDropped(Exception refusal, Origin origin, string topic);
}
