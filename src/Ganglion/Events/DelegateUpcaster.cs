using System.Text.Json.Nodes;

namespace Ganglion.Events;

/// <summary>An upcaster that is just a function.</summary>
internal sealed class DelegateUpcaster(string eventType, string? fromVersion, string toVersion, Func<JsonNode, JsonNode> upcast)
    : IEventUpcaster
{
    public string EventType => eventType;

    public string? FromVersion => fromVersion;

    public string ToVersion => toVersion;

    public JsonNode Upcast(JsonNode data) => upcast(data);
}
