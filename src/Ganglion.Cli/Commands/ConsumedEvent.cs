using System.Text;
using System.Text.Json;

namespace Ganglion.Cli.Commands;

/// <summary>A record as the API shows it, read back for people and pipes.</summary>
internal sealed class ConsumedEvent
{
    private readonly JsonElement _record;

    private ConsumedEvent(byte[] json, JsonElement record)
    {
        Json = json;
        _record = record;
    }

    /// <summary>The record as it came: JSON on one line.</summary>
    public byte[] Json { get; }

    public string Topic => Text(_record, "topic") ?? "";

    public int Partition => _record.GetProperty("partition").GetInt32();

    public long Offset => _record.GetProperty("offset").GetInt64();

    public string Timestamp => Text(_record, "timestamp") ?? "";

    public string? Key => TextOrBytes(_record, "key", "keyBase64") is { } key ? Encoding.UTF8.GetString(key) : null;

    /// <summary>The event's type; for a record that is no event, what is wrong with it.</summary>
    public string Type => _record.TryGetProperty("event", out JsonElement cloudEvent)
        ? Text(cloudEvent, "type") ?? ""
        : _record.TryGetProperty("problem", out JsonElement problem) ? Text(problem, "code") ?? "" : "";

    /// <summary>The event's data as it lies on the log; for a record that is no event, its value.</summary>
    public byte[]? Data
    {
        get
        {
            if (!_record.TryGetProperty("event", out JsonElement cloudEvent))
            {
                return TextOrBytes(_record, "value", "valueBase64");
            }

            bool isText = cloudEvent.TryGetProperty("data", out JsonElement data)
                && data.ValueKind == JsonValueKind.String
                && Text(cloudEvent, "datacontenttype") is { } type
                && !type.Contains("json", StringComparison.OrdinalIgnoreCase);
            return isText || data.ValueKind == JsonValueKind.Undefined
                ? TextOrBytes(cloudEvent, "data", "data_base64")
                : Encoding.UTF8.GetBytes(data.GetRawText());
        }
    }

    public static ConsumedEvent Parse(byte[] json) =>
        new(json, JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 128 }).RootElement);

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static byte[]? TextOrBytes(JsonElement element, string textName, string bytesName) =>
        Text(element, textName) is { } text ? Encoding.UTF8.GetBytes(text)
        : element.TryGetProperty(bytesName, out JsonElement bytes) ? bytes.GetBytesFromBase64()
        : null;
}
