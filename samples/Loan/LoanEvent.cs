using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Loan;

/// <summary>An event as the timeline shows it.</summary>
internal sealed record LoanEvent(DateTimeOffset Time, string Topic, string Id, string? CausationId, JsonElement Data, string? Error)
{
    public string? LoanId => Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty("loan_id", out JsonElement id) ? id.ToString() : null;

    public static LoanEvent Of(TopicPartition partition, ConsumedRecord consumed)
    {
        CloudEvent @event = EventCodec.Decode(consumed.Record, partition.Topic, partition.Partition, consumed.Offset);
        string? error = consumed.Record.Headers.TryGet("__dlq.errors.message"u8, out ReadOnlyMemory<byte> told)
            ? Encoding.UTF8.GetString(told.Span)
            : null;
        return new LoanEvent(
            @event.Time ?? consumed.Record.Timestamp, partition.Topic, @event.Id, @event.CausationId, Parse(@event.Data ?? default), error);
    }

    public override string ToString()
    {
        string text = Error ?? (Data.ValueKind == JsonValueKind.Object
            ? string.Join(", ", Data.EnumerateObject().Where(IsText).Select(one => $"{one.Name} {one.Value}"))
            : Data.ToString());
        string line = string.Create(CultureInfo.InvariantCulture, $"{Time.ToLocalTime():HH:mm:ss.fff} {Topic,-24} {LoanId,-6} {text}");

        // What comes from events may not steer the terminal.
        return string.Concat(line.Select(c => char.IsControl(c) ? '·' : c));
    }

    private static bool IsText(JsonProperty one) => one.Name != "loan_id" && one.Value.ValueKind != JsonValueKind.Null;

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
