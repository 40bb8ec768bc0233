using System.Globalization;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime;

/// <summary>
/// Parks events that cannot be handled: the record as it was, in the topic of its name with <c>.dlq</c> behind, with the cause in
/// headers named after Kafka's KIP-1191.
/// </summary>
internal sealed partial class DeadLetters(AgentType agent, ITopicAdministration topics, AgentMetrics metrics, ILogger logger)
{
    /// <summary>What stands behind a topic's name.</summary>
    public const string Suffix = ".dlq";

    private const string Prefix = "__dlq.errors.";
    private const int MostText = 4096;

    // Room for the headers above the largest record that the topic itself takes.
    private const int HeaderRoom = 32 * 1024;

    /// <summary>Makes an invocation park its event, and do nothing else.</summary>
    public void Park(Invocation invocation, Exception cause)
    {
        Origin origin = invocation.Origin;
        invocation.DeadLetterTopic = origin.Topic + Suffix;
        invocation.StateAt = -1;
        invocation.TimersAt = -1;
        invocation.JournalAt = -1;
        Record record = invocation.Parkable ?? invocation.Record;
        invocation.Records =
        [
            new ProducerRecord(invocation.DeadLetterTopic, record with
            {
                Headers = record.Headers.With(
                    new RecordHeader(Prefix + "topic", origin.Topic),
                    new RecordHeader(Prefix + "partition", origin.Partition.ToString(CultureInfo.InvariantCulture)),
                    new RecordHeader(Prefix + "offset", origin.Offset.ToString(CultureInfo.InvariantCulture)),
                    new RecordHeader(Prefix + "group", agent.Name),
                    new RecordHeader(Prefix + "delivery.count", Math.Max(1, invocation.Attempts).ToString(CultureInfo.InvariantCulture)),
                    new RecordHeader(Prefix + "message", Shorten(cause.Message)),
                    new RecordHeader(Prefix + "exception.class.name", cause.GetType().FullName ?? cause.GetType().Name),
                    new RecordHeader(Prefix + "exception.stacktrace", Shorten(cause.ToString()))),
            }),
        ];
    }

    /// <summary>
    /// The broker has refused a parked event, and an event must not stop its partition: where it is too large, it is parked without
    /// its value, and otherwise not at all.
    /// </summary>
    public void Reduce(Invocation invocation, GanglionException refusal)
    {
        ProducerRecord letter = invocation.Records![0];
        if (refusal is RecordTooLargeException && letter.Record.Value is { Length: > 0 and var omitted })
        {
            // Empty, not null: that would delete what a compacted topic holds under the key.
            invocation.Records[0] = letter with
            {
                Record = letter.Record with
                {
                    Value = ReadOnlyMemory<byte>.Empty,
                    Headers = letter.Record.Headers.With(
                        new RecordHeader(Prefix + "value.omitted", omitted.ToString(CultureInfo.InvariantCulture))),
                },
            };
            return;
        }

        metrics.Dropped(invocation.Origin.Topic, refusal);
        LogDropped(refusal, invocation.Origin, letter.Topic);
        invocation.Records = null;
        invocation.DeadLetterTopic = null;
    }

    /// <summary>Creates the topic if it is not there. Nothing in it is ever removed by age.</summary>
    public async ValueTask EnsureTopicAsync(string name, CancellationToken cancellationToken)
    {
        if (await topics.FindAsync(name, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        TopicDescription? original = await topics.FindAsync(name[..^Suffix.Length], cancellationToken).ConfigureAwait(false);
        var settings = new TopicSettings
        {
            Partitions = original?.Partitions.Count,
            Cleanup = CleanupPolicy.None,
            MaxMessageBytes = Math.Min(
                (original?.Settings.MaxMessageBytes ?? TopicSettings.DefaultMaxMessageBytes) + HeaderRoom, TopicSettings.HighestMaxMessageBytes),
        };
        await topics.EnsureAsync(name, settings, cancellationToken).ConfigureAwait(false);
    }

    private static string Shorten(string text) => text.Length <= MostText ? text : string.Concat(text.AsSpan(0, MostText - 1), "…");

    [LoggerMessage(112, LogLevel.Error, "{Origin} can be neither handled nor parked: {Topic} refuses it. It is dropped.")]
    private partial void LogDropped(Exception refusal, Origin origin, string topic);
}
