using System.Runtime.InteropServices;
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

    /// <summary>The request that holds the state for an instance that has none.</summary>
    public const string Import = "agent_state_import";

    /// <summary>The code of the failure of what is not to be overwritten.</summary>
    public const string Exists = "state-exists";

    // Data may be nearly as deep as JSON may be by default, which is 64, and lies in a change of a state.
    private const int MaxDepth = 128;

    private static readonly ReadOnlyMemory<byte> Unchanged = "unchanged"u8.ToArray();

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
        new PlainHandler(new HandlerTraits(Import) { IsForRequests = true }, mayWait: false, (_, loaded, context) =>
        {
            StoredState? state = Parse(loaded);
            if (context.State is null)
            {
                context.ReplaceState(state);
                return default;
            }

            context.Reply = IsSame(state, context.State) ? Unchanged : throw new UnprocessableEventException(
                Exists, $"{context.Self} remembers something else already. Import with overwriting, or clear its state first.");
            return default;
        }),
    ];

    /// <summary>Whether it is one of them, and not of the agent's own.</summary>
    public static bool Include(string request) => request is Save or Load or Import;

    public static EventData Write(JsonElement state) => new(JsonMarshal.GetRawUtf8Value(state).ToArray(), MediaType.Json);

    /// <summary>Whether a reply says that the state was there already.</summary>
    public static bool IsUnchanged(CloudEvent reply) => reply.Data.GetValueOrDefault().Span.SequenceEqual(Unchanged.Span);

    public static JsonElement Read(CloudEvent reply)
    {
        var reader = new Utf8JsonReader(reply.Data.GetValueOrDefault().Span, new JsonReaderOptions { MaxDepth = MaxDepth });
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

    private static bool IsSame(StoredState? state, StoredState there) => state is not null && ToJson(state).Span.SequenceEqual(ToJson(there).Span);

    private static StoredState? Parse(CloudEvent loaded)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(loaded.Data.GetValueOrDefault(), new JsonDocumentOptions { MaxDepth = MaxDepth });
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
