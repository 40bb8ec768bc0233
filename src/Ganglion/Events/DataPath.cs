using System.Globalization;
using System.Text.Json;

namespace Ganglion.Events;

/// <summary>A place in the JSON of an event's data: names with dots between them, such as <c>discount.amount</c>, and numbers for places in lists.</summary>
internal static class DataPath
{
    /// <summary>What lies there; <see langword="null"/>: there is no such place.</summary>
    public static JsonElement? Find(JsonElement json, string path)
    {
        JsonElement at = json;
        foreach (string name in path.StartsWith("$.", StringComparison.Ordinal) ? path[2..].Split('.') : path.Split('.'))
        {
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int i) && i < at.GetArrayLength())
            {
                at = at[i];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }
}
