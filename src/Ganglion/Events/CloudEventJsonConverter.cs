using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ganglion.Events;

/// <summary>Lets an event stand anywhere in JSON that <see cref="JsonSerializer"/> reads and writes, in the JSON event format.</summary>
public sealed class CloudEventJsonConverter : JsonConverter<CloudEvent>
{
    /// <inheritdoc/>
    /// <exception cref="EventFormatException">The JSON is not an event.</exception>
    public override CloudEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return EventJson.Read(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CloudEvent value, JsonSerializerOptions options) => EventJson.Write(writer, value);
}
