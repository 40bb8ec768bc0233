using System.Text.Json;
using Ganglion.Events;

namespace Ganglion.State;

/// <summary>
/// A state as members of a JSON object: its whole value as <c>contenttype</c> and <c>data</c>, and the changes since, each with its name,
/// as <c>changes</c>. How often it was changed, and where it lies, is not told: it is for another place.
/// </summary>
internal static class StoredStateJson
{
    public static void Write(Utf8JsonWriter writer, StoredState state)
    {
        if (state.Value is { } value)
        {
            DataJson.Write(writer, value.Data.Span, value.ContentType);
        }

        if (state.Changes.Count > 0)
        {
            Write(writer, state.Changes);
        }
    }

    public static void Write(Utf8JsonWriter writer, IEnumerable<StoredChange> changes)
    {
        writer.WriteStartArray("changes"u8);
        foreach (StoredChange change in changes)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, change.Name);
            DataJson.Write(writer, change.Data.Span, change.ContentType);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <returns>The state; <see langword="null"/> if the object has none.</returns>
    /// <exception cref="Exception">
    /// <see cref="KeyNotFoundException"/>, <see cref="InvalidOperationException"/> or <see cref="FormatException"/>: it is none that
    /// written here.
    /// </exception>
    public static StoredState? Read(JsonElement value)
    {
        StoredState? state = DataJson.Read(value, out string? contentType) is { } data
            ? StoredState.Set(null, new StoredValue(data, contentType))
            : null;
        if (value.TryGetProperty("changes"u8, out JsonElement changes))
        {
            foreach (JsonElement change in changes.EnumerateArray())
            {
                string name = change.GetProperty("name"u8).GetString() ?? throw new FormatException("A change has no name.");
                ReadOnlyMemory<byte> changed = DataJson.Read(change, out string? changeType) ?? throw new FormatException("A change has no data.");
                state = StoredState.Change(state, new StoredChange(name, changed, changeType));
            }
        }

        return state;
    }
}
