using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Ganglion.Events;

/// <summary>Data and its content type as members of a JSON object: JSON as it is, text as a string, anything else in base 64.</summary>
internal static class DataJson
{
    /// <summary>Writes the members <c>contenttype</c> and <c>data</c> or <c>data_base64</c>.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> data, string? contentType)
    {
        writer.WriteString("contenttype"u8, contentType);
        EventJson.WriteData(writer, data, contentType);
    }

    /// <summary>Reads what <see cref="Write"/> writes.</summary>
    /// <param name="value">The object.</param>
    /// <param name="contentType">What the data is.</param>
    /// <returns>The data, byte for byte; <see langword="null"/> if there is none.</returns>
    public static ReadOnlyMemory<byte>? Read(JsonElement value, out string? contentType)
    {
        contentType = value.TryGetProperty("contenttype"u8, out JsonElement text) ? text.GetString() : null;
        if (value.TryGetProperty("data_base64"u8, out JsonElement encoded))
        {
            return encoded.GetBytesFromBase64();
        }

        if (!value.TryGetProperty("data"u8, out JsonElement data))
        {
            return null;
        }

        return MediaType.IsJson(contentType)
            ? JsonMarshal.GetRawUtf8Value(data).ToArray()
            : Encoding.UTF8.GetBytes(data.GetString()!);
    }
}
