using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal.Entries;
using Ganglion.State;

namespace Ganglion.Journal;

internal static partial class JournalCodec
{
    /// <summary>Reads the entries of a record.</summary>
    /// <exception cref="JournalException">The record is none that <c>Write</c> makes.</exception>
    public static List<JournalEntry> Read(in Record record)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(record.Value.GetValueOrDefault());
            return [.. document.RootElement.GetProperty("entries"u8).EnumerateArray().Select(ReadEntry)];
        }
        catch (Exception exception) when (exception
            is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or EventFormatException)
        {
            string key = Encoding.UTF8.GetString(record.Key.GetValueOrDefault().Span);
            throw new JournalException(
                "journal-unreadable", $"The record '{key}' of the journal cannot be read: {exception.Message} Restore the topic from a backup.", exception);
        }
    }

    private static JournalEntry ReadEntry(JsonElement entry)
    {
        JsonProperty only = entry.EnumerateObject().Single();
        JsonElement value = only.Value;
        return only.Name switch
        {
            "begun" => new BegunEntry(
                value.GetProperty("channel"u8).GetString()!,
                ReadEvent(value) ?? throw new FormatException("There is no event."),
                new TopicPartitionOffset(
                    new TopicPartition(value.GetProperty("topic"u8).GetString()!, value.GetProperty("partition"u8).GetInt32()),
                    value.GetProperty("offset"u8).GetInt64())),
            "parked" => new ParkedEntry(value.GetProperty("cause"u8).GetString()!),
            "cancelled" => new CancelledEntry(value.GetProperty("at"u8).GetDateTimeOffset()),
            "turn" => new TurnEntry(
                value.GetProperty("at"u8).GetDateTimeOffset(), value.TryGetProperty("version"u8, out JsonElement version) ? version.GetInt32() : 1),
            "state" => new StateEntry(StoredStateJson.Read(value)),
            "state_at" => new StateAtEntry(value.GetInt64()),
            "state_changes" => new StateChangesEntry(StoredStateJson.Read(value)?.Changes ?? []),
            "outcome" => new OutcomeEntry(
                ReadOperation(value),
                new Outcome(DataJson.Read(value, out string? contentType), contentType, ReadFailure(value), ReadEvent(value), ReadText(value, "dataschema")),
                value.GetProperty("at"u8).GetDateTimeOffset()),
            "wait" => new WaitEntry([.. value.EnumerateArray().Select(ReadOperation)]),
            _ => throw new FormatException($"There is no entry '{only.Name}': a newer version may have written it."),
        };
    }

    private static Operation ReadOperation(JsonElement value) => new(
        value.GetProperty("operation"u8).GetInt32(),
        ReadKind(value.GetProperty("kind"u8).GetString()),
        value.GetProperty("name"u8).GetString()!,
        ReadAnswer(value));

    private static AwaitedAnswer? ReadAnswer(JsonElement value) =>
        value.TryGetProperty("answer"u8, out JsonElement answer)
            ? new AwaitedAnswer(
                answer.GetProperty("channel"u8).GetString()!,
                ReadText(answer, "property") is { } property ? new AnswerSelector(property, ReadText(answer, "value") ?? "") : null)
            : null;

    private static CloudEvent? ReadEvent(JsonElement value) =>
        value.TryGetProperty("event"u8, out JsonElement @event) ? EventJson.Read(JsonMarshal.GetRawUtf8Value(@event).ToArray()) : null;

    private static OperationKind ReadKind(string? name) =>
        Enum.GetValues<OperationKind>().Cast<OperationKind?>().FirstOrDefault(kind => KindName(kind!.Value) == name)
            ?? throw new FormatException($"There is no operation of the kind '{name}': a newer version may have written it.");

    private static Failure? ReadFailure(JsonElement value) =>
        value.TryGetProperty("failure"u8, out JsonElement failure)
            ? new Failure(failure.GetProperty("type"u8).GetString()!, failure.GetProperty("message"u8).GetString()!, ReadText(failure, "code"))
            : null;

    private static string? ReadText(JsonElement value, string name) =>
        value.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;
}
