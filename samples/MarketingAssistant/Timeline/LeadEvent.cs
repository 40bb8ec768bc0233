using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;

namespace MarketingAssistant.Timeline;

/// <summary>An event on the way of a lead, as the timeline shows it. Its name is the topic; of what happens to approvals, the type.</summary>
internal sealed record LeadEvent(DateTimeOffset Time, string Name, string Type, string Id, string Conversation, JsonElement Data)
{
    /// <summary>The type of what tells where a route has changed; it is no event of a lead's.</summary>
    public const string RouteChanged = "ganglion.route.changed";

    public const string Edited = "approval.edited";
    public const string Allowed = "approval.approved";
    public const string Rejected = "approval.rejected";

    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;

    /// <summary>Whose it is. What happens to approvals does not say so itself.</summary>
    public string? LeadId { get; init; }

    /// <summary>Why it was stopped or parked.</summary>
    public string? Note { get; init; }

    public bool IsParked => Name.EndsWith(".dlq", StringComparison.Ordinal);

    /// <summary>What its data say at a place; empty, if they say nothing there.</summary>
    public string this[params ReadOnlySpan<string> path]
    {
        get
        {
            JsonElement found = Data;
            foreach (string name in path)
            {
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
                {
                    return "";
                }
            }

            return found.ToString();
        }
    }

    public static LeadEvent Of(TopicPartition partition, ConsumedRecord consumed)
    {
        CloudEvent read = EventCodec.Decode(consumed.Record, partition.Topic, partition.Partition, consumed.Offset);
        JsonElement data = Parse(read.Data ?? default);
        return new LeadEvent(
            consumed.Record.Timestamp,
            partition.Topic == ApprovalQueues.Topic ? read.Type : partition.Topic,
            read.Type,
            read.Id,
            read.CorrelationId ?? read.Id,
            data)
        {
            Note = HeaderOf(consumed.Record, "__flag.reason") ?? HeaderOf(consumed.Record, "__dlq.errors.message"),
            LeadId = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("lead_id", out JsonElement lead) ? lead.ToString() : null,
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public override string ToString()
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{Time.ToLocalTime():HH:mm:ss.fff} {Name,-24} {LeadId,-5} {Summary.Of(this)}").TrimEnd();

        // What comes from events may not steer the terminal.
        return string.Concat(line.Select(c => char.IsControl(c) ? '·' : c));
    }

    private static string? HeaderOf(Record record, string name) =>
        record.Headers.TryGet(Encoding.UTF8.GetBytes(name), out ReadOnlyMemory<byte> value) ? Encoding.UTF8.GetString(value.Span) : null;

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
