using System.Buffers;
using System.Text;
using System.Text.Json;

namespace InvoiceApproval.Timeline;

/// <summary>The timeline as JSON lines, for programs.</summary>
internal sealed class JsonTimeline(Stream output) : ITimeline
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public void Show(LoggedEvent logged)
    {
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", logged.Time);
            json.WriteString("topic", logged.Topic);
            json.WriteNumber("partition", logged.Position.Partition.Partition);
            json.WriteNumber("offset", logged.Position.Offset);
            json.WriteString("key", logged.Record.Key is { } key ? Encoding.UTF8.GetString(key.Span) : null);
            json.WriteString("id", logged.Event.Id);
            json.WriteString("type", logged.Event.Type);
            json.WriteString("correlation_id", logged.CorrelationId);
            json.WriteString("causation_id", logged.Event.CausationId);
            if (logged.Cause is { } cause)
            {
                json.WriteString("cause", cause);
            }

            json.WritePropertyName("data");
            WriteData(json, logged);
            json.WriteEndObject();
        }

        _buffer.Write("\n"u8);
    }

    public void Flush()
    {
        output.Write(_buffer.WrittenSpan);
        output.Flush();
        _buffer.ResetWrittenCount();
    }

    private static void WriteData(Utf8JsonWriter json, LoggedEvent logged)
    {
        if (logged.Event.Data is not { } data)
        {
            json.WriteNullValue();
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            document.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteStringValue(Encoding.UTF8.GetString(data.Span));
        }
    }
}
