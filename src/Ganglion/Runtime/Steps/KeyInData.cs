using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Runtime.Steps;

/// <summary>Reads an instance's key out of an event's JSON data, without reading the rest.</summary>
internal static class KeyInData
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    /// <exception cref="UnprocessableEventException">The data is no JSON object, or does not have the property as a text or number.</exception>
    public static string Read(CloudEvent @event, ReadOnlySpan<byte> property)
    {
        try
        {
            if (@event.Data is { } data && Find(data.Span, property) is { } key)
            {
                return key;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Missing(@event, property, exception);
        }

        throw Missing(@event, property, null);
    }

    private static string? Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> property)
    {
        var reader = new Utf8JsonReader(json, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals(property);
            reader.Read();
            if (found)
            {
                return reader.TokenType switch
                {
                    JsonTokenType.String => reader.GetString(),
                    JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                    _ => null,
                };
            }

            reader.Skip();
        }

        return null;
    }

    private static UnprocessableEventException Missing(CloudEvent @event, ReadOnlySpan<byte> property, Exception? cause) => new(
        "event-key-missing",
        $"The data of {@event.Type} {@event.Id} is to name its instance by '{Encoding.UTF8.GetString(property)}', a text or a number: it does not. Correct its producer.",
        cause);
}
