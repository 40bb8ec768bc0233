using System.Text.Json;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Agents;

/// <summary>
/// The requests by which the state of an instance is read and replaced, as JSON: every agent handles them, in the order of its instance's
/// events.
/// </summary>
internal static class StateRequests
{
    /// <summary>The request that is replied to with the state.</summary>
    public const string Save = "agent_state_save";

    /// <summary>The request that holds the state.</summary>
    public const string Load = "agent_state_load";

    public static IEnumerable<Handler> Handlers { get; } =
    [
        new PlainHandler(new HandlerTraits(Save) { IsForRequests = true }, mayWait: false, (_, _, context) =>
        {
            context.Reply = ToJson(context.State);
            return default;
        }),
        new PlainHandler(new HandlerTraits(Load) { IsForRequests = true, ReplacesState = true }, mayWait: false, (_, loaded, context) =>
        {
            context.ReplaceState(Parse(loaded));
            return default;
        }),
    ];

    /// <summary>Whether it is one of them, and not of the agent's own.</summary>
    public static bool Include(string request) => request is Save or Load;

    public static EventData Write(JsonElement state) => new(JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.JsonElement), MediaType.Json);

    public static JsonElement Read(CloudEvent reply)
    {
        var reader = new Utf8JsonReader(reply.Data.GetValueOrDefault().Span);
        return JsonElement.ParseValue(ref reader);
    }

    private static ReadOnlyMemory<byte> ToJson(StoredState? state)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            if (state is not null)
            {
                StoredStateJson.Write(json, state);
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static StoredState? Parse(CloudEvent loaded)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(loaded.Data.GetValueOrDefault());
            StoredState? state = StoredStateJson.Read(document.RootElement);
            return state is null && document.RootElement.EnumerateObject().Any()
                ? throw new FormatException("It holds something, and no state.")
                : state;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UnprocessableEventException("state-unreadable", "The state is not what SaveAgentStateAsync returns: hand over that.", exception);
        }
    }
}
