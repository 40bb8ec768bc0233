using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Runtime.Steps;

/// <summary>Reads a top-level property out of an event's JSON data, without reading the rest.</summary>
internal static class DataProperty
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    /// <summary>Reads the instance's key.</summary>
    /// <exception cref="UnprocessableEventException">The data is no JSON object, or does not have the property as a text or number.</exception>
    public static string ReadKey(CloudEvent @event, ReadOnlySpan<byte> property)
    {
        try
        {
            return Find(@event, property) ?? throw Missing(@event, property, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Missing(@event, property, exception);
        }
    }

    /// <returns>The text, or the number as it is written; <see langword="null"/> if there is neither, or no JSON object.</returns>
    public static string? TryRead(CloudEvent @event, string property)
    {
        try
        {
            return Find(@event, Encoding.UTF8.GetBytes(property));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Find(CloudEvent @event, ReadOnlySpan<byte> property) =>
        @event.Data is { } data ? Find(data.Span, property) : null;

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
        $"The data of {@event.Type} {@event.Id} is to name its instance by '{Encoding.UTF8.GetString(property)}', a text or a number: "
            + (MediaType.IsJson(@event.DataContentType)
                ? "it does not. Correct its producer."
                : $"it is '{@event.DataContentType}', and only JSON is looked into. Give its record the key, and let the handler name no property."),
        cause);
}
