using System.Text.Json;
using System.Text.Unicode;

namespace Ganglion.Events;

/// <summary>Finds texts in JSON that nobody can read: JSON allows half of a surrogate pair, and its parser finds that, and broken UTF-8, only when the text is asked for.</summary>
internal static class BrokenText
{
    /// <summary>Whether a text or a name in it is none.</summary>
    /// <exception cref="JsonException">It is no JSON; found only where texts are escaped.</exception>
    public static bool IsIn(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return true;
        }

        if (!json.Contains((byte)'\\'))
        {
            return false;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped ? reader.GetString() : null;
            }

            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
