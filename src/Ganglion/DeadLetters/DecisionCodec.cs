using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.DeadLetters;

/// <summary>Decisions as events on the log, for auditors as for the inbox itself. Their key is the letter's position.</summary>
internal static partial class DecisionCodec
{
    private const string Redriven = "dead_letter_redriven";
    private const string Discarded = "dead_letter_discarded";

    // What others have written must not make a decision too large to be written.
    private const int MostText = 1_000;

    public static Record Write(DeadLetter letter, DeadLetterDecision decision)
    {
        string position = letter.Position.ToString();
        var data = new DecisionData(position, letter.TopicId)
        {
            By = decision.By,
            Reason = decision.Reason,
            To = decision.To,
            IsEdited = decision.IsEdited,
            EventSource = Brief(letter.Event?.Source),
            EventId = Brief(letter.Event?.Id),
        };
        var @event = new CloudEvent
        {
            Id = Guid.CreateVersion7(decision.At).ToString(),
            Source = "/dead-letters",
            Type = decision.Kind == DeadLetterDecisionKind.Redriven ? Redriven : Discarded,
            Subject = position,
            Time = decision.At,
            CorrelationId = Brief(letter.Event?.CorrelationId ?? letter.Event?.Id),
            CausationId = Brief(letter.Event?.Id),
            DataContentType = MediaType.Json,
            Data = JsonSerializer.SerializeToUtf8Bytes(data, DecisionJson.Default.DecisionData),
        };
        return EventCodec.Encode(@event, Encoding.UTF8.GetBytes(position));
    }

    /// <summary>Reads what <see cref="Write"/> wrote; anything else in the topic is none of it.</summary>
    public static bool TryRead(in ConsumedRecord record, out TopicPartitionOffset letter, out Guid topicId, out DeadLetterDecision decision)
    {
        letter = default;
        topicId = default;
        decision = null!;
        try
        {
            CloudEvent @event = EventCodec.Decode(record.Record, DecisionLog.Topic, partition: 0, record.Offset);
            if (@event is not { Type: Redriven or Discarded, Data: { } bytes, Time: { } at }
                || JsonSerializer.Deserialize(bytes.Span, DecisionJson.Default.DecisionData) is not { } data
                || !TopicPartitionOffset.TryParse(data.Letter, out letter))
            {
                return false;
            }

            topicId = data.TopicId;
            decision = new DeadLetterDecision(@event.Type == Redriven ? DeadLetterDecisionKind.Redriven : DeadLetterDecisionKind.Discarded, at)
            {
                By = data.By,
                Reason = data.Reason,
                To = data.To,
                IsEdited = data.IsEdited,
            };
            return true;
        }
        catch (Exception exception) when (exception is EventFormatException or JsonException)
        {
            return false;
        }
    }

    private static string? Brief(string? text) => text is { Length: <= MostText } ? text : null;

    // The id of the topic tells its letters from those of a later topic of the same name.
    private sealed record DecisionData(string Letter, Guid TopicId)
    {
        public string? By { get; init; }

        public string? Reason { get; init; }

        public string? To { get; init; }

        public bool IsEdited { get; init; }

        public string? EventSource { get; init; }

        public string? EventId { get; init; }
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(DecisionData))]
    private sealed partial class DecisionJson : JsonSerializerContext;
}
