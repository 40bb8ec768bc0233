using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Dealership;

/// <summary>An event as the timeline shows it.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Topic">Where it lies.</param>
/// <param name="Type">What it is.</param>
/// <param name="Id">Its id: the same wherever the event has come through.</param>
/// <param name="Conversation">The message with which all began; <see langword="null"/>: what it tells concerns all visitors.</param>
/// <param name="Data">What it says.</param>
/// <param name="Flag">Why it goes no further: which guard has blocked it, or what nobody could do with it.</param>
internal sealed record LoggedEvent(DateTimeOffset Time, string Topic, string Type, string Id, string? Conversation, JsonElement Data, string? Flag)
{
    private const string RouteChanged = "ganglion.route.changed";
    private const int LongestName = 10;

    /// <summary>Whether it is for people: a change of a route also leaves marks in its entry, which are not.</summary>
    [JsonIgnore]
    public bool IsTold => Topic == Channels.Routes ? Type == RouteChanged : Type != RouteChanged;

    /// <summary>Why somebody has done what it tells.</summary>
    public string? Reason => Find("reason");

    public static LoggedEvent Of(TopicPartition partition, ConsumedRecord consumed)
    {
        CloudEvent @event = Decode(partition, consumed);
        string? conversation = partition.Topic is Channels.Routes or Channels.Pauses ? null : @event.CorrelationId ?? @event.Id;
        string? flag = FindHeader(consumed.Record, "__flag.guard") is { } guard ? $"{guard}: {FindHeader(consumed.Record, "__flag.reason")}"
            : FindHeader(consumed.Record, "__dlq.errors.message") is { } error ? $"parked: {error}" : null;
        return new LoggedEvent(
            @event.Time ?? consumed.Record.Timestamp, partition.Topic, @event.Type, @event.Id, conversation, Parse(@event.Data ?? default), flag);
    }

    public override string ToString()
    {
        string name = Conversation is null ? "-" : Conversation.Length > LongestName ? "…" + Conversation[^(LongestName - 1)..] : Conversation;
        string line = string.Create(CultureInfo.InvariantCulture, $"{Time.ToLocalTime():HH:mm:ss.fff} {Topic,-32} {name,-LongestName} {Text()}");

        // What comes from events may not steer the terminal.
        return string.Concat(line.Select(c => char.IsControl(c) ? '·' : c));
    }

    private string Text() => Topic switch
    {
        Channels.Routes => $"{Find("channel")} now has {string.Join(", ", Data.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name")))}{Who}",
        Channels.Pauses => $"{Type} {Find("target")}{Who}",
        Channels.Approvals => $"{Type}{Who}",
        _ => $"{(Flag is null ? "" : $"[{Flag}] ")}{Find("message") ?? Data.ToString()}",
    };

    private string Who => Find("by") is not { } by ? "" : Reason is null ? $" ({by})" : $" ({by}: {Reason})";

    private string? Find(string name) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;

    private static string? FindHeader(Record record, string name) =>
        record.Headers.TryGet(Encoding.UTF8.GetBytes(name), out ReadOnlyMemory<byte> value) ? Encoding.UTF8.GetString(value.Span) : null;

    // What claims to be an event and is none is shown as the bytes that it is.
    private static CloudEvent Decode(TopicPartition partition, ConsumedRecord consumed)
    {
        try
        {
            return EventCodec.Decode(consumed.Record, partition.Topic, partition.Partition, consumed.Offset);
        }
        catch (EventFormatException)
        {
            return EventCodec.Decode(consumed.Record with { Headers = default }, partition.Topic, partition.Partition, consumed.Offset);
        }
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> data)
    {
        try
        {
            return JsonElement.Parse(data.Span);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(data.Span));
        }
    }
}
