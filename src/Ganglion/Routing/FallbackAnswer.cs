using System.Text.Json;
using Ganglion.Configuring;
using Ganglion.Events;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>What is said in the place of an event that goes no further, and where.</summary>
/// <param name="Data">The data, as JSON; <see langword="null"/>: what the verdict says, if it says anything.</param>
/// <param name="Topic">Where to; <see langword="null"/>: to the exit, in the event's place.</param>
/// <param name="Property">What the property of the data is called that holds a text.</param>
internal sealed record FallbackAnswer(JsonElement? Data, string? Topic, string Property)
{
    /// <summary>Reads the settings <c>fallback</c>, <c>fallbackTo</c> and <c>fallbackProperty</c>.</summary>
    public static FallbackAnswer Read(SettingsReader settings)
    {
        JsonElement data = settings.Element("fallback");
        return new(
            data.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : data.Clone(),
            settings.OptionalTopic("fallbackTo"),
            settings.Text("fallbackProperty") ?? "message");
    }

    /// <summary>Where the answer goes.</summary>
    public string TopicOf(Route route) => Topic ?? route.Exit;

    /// <summary>Makes the answer.</summary>
    /// <param name="routed">The event in whose place it is given.</param>
    /// <param name="text">What the verdict says.</param>
    /// <returns>The answer; <see langword="null"/>: nothing is to be said.</returns>
    public CloudEvent? Make(RoutedEvent routed, string? text = null)
    {
        if (text is null && Data is null)
        {
            return null;
        }

        CloudEvent instead = routed.Event;
        return new CloudEvent
        {
            Id = $"{instead.Id}/{routed.Stage!.Name}",
            Source = RoutedEvent.SourceOf(routed.Route),
            Type = Topic ?? instead.Type,
            Subject = instead.Subject,
            Time = instead.Time,
            CausationId = instead.Id,
            CorrelationId = instead.CorrelationId ?? instead.Id,
            SessionId = instead.SessionId,
            PartitionKey = instead.PartitionKey,
            TraceParent = instead.TraceParent,
            TraceState = instead.TraceState,
            DataContentType = MediaType.Json,
            Data = DataOf(text),
        };
    }

    // Text that the verdict brings fits the event better than what is set for all.
    private byte[] DataOf(string? text)
    {
        text ??= Data is { ValueKind: JsonValueKind.String } said ? said.GetString() : null;
        return text is null
            ? JsonSerializer.SerializeToUtf8Bytes(Data!.Value, RoutingJson.Default.JsonElement)
            : JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { [Property] = text }, RoutingJson.Default.DictionaryStringString);
    }
}
