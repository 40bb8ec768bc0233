using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ganglion.Events;

public static partial class HttpEvents
{
    /// <summary>Reads the events of a message, whatever mode it is in.</summary>
    /// <param name="headers">The headers; names in any case. Of a repeated name the last counts.</param>
    /// <param name="body">The body. Data is not copied where it can be referred to: it stays in this memory.</param>
    /// <param name="events">The events; a batch may be empty.</param>
    /// <returns>
    /// Whether the message is in one of the modes. If not (no content type of CloudEvents, no <c>ce-specversion</c>), the body is
    /// just a body.
    /// </returns>
    /// <exception cref="EventFormatException">
    /// An attribute is missing or malformed. Of an event in a batch, the member is named with its place, such as <c>[2].time</c>.
    /// </exception>
    public static bool TryRead(
        IEnumerable<KeyValuePair<string, string>> headers,
        ReadOnlyMemory<byte> body,
        [NotNullWhen(true)] out IReadOnlyList<CloudEvent>? events)
    {
        ArgumentNullException.ThrowIfNull(headers);
        List<KeyValuePair<string, string>> attributes = [];
        string? contentType = null;
        bool isBinary = false;
        foreach (KeyValuePair<string, string> header in headers)
        {
            if (header.Key.Equals(ContentType, StringComparison.OrdinalIgnoreCase))
            {
                contentType = header.Value;
            }
            else if (header.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase))
            {
                attributes.Add(header);
                isBinary |= header.Key.Equals("ce-specversion", StringComparison.OrdinalIgnoreCase);
            }
        }

        events = contentType?.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) == true ? ReadJson(contentType, body)
            : isBinary ? [ReadBinary(attributes, contentType, body)]
            : null;
        return events is not null;
    }

    private static IReadOnlyList<CloudEvent> ReadJson(string contentType, ReadOnlyMemory<byte> body)
    {
        ReadOnlySpan<char> essence = MediaType.EssenceOf(contentType);
        return essence.Equals(Structured, StringComparison.OrdinalIgnoreCase) ? [EventJson.Read(body)]
            : essence.Equals(Batched, StringComparison.OrdinalIgnoreCase) ? EventJson.ReadBatch(body)
            : throw EventFormatException.Malformed(
                ContentType, Encoding.UTF8.GetBytes(contentType), $"be '{Structured}' or '{Batched}': of all formats, JSON is read here");
    }

    // Without a content type an empty body is no data; with one it is empty data.
    private static CloudEvent ReadBinary(
        List<KeyValuePair<string, string>> attributes, string? contentType, ReadOnlyMemory<byte> body)
    {
        var draft = new EventDraft("ce-");
        foreach ((string name, string value) in attributes)
        {
            draft.Set(Encoding.UTF8.GetBytes(name["ce-".Length..].ToLowerInvariant()), PercentEncoding.Decode(value));
        }

        if (!string.IsNullOrEmpty(contentType))
        {
            draft.SetContentType(ContentType, Encoding.UTF8.GetBytes(contentType));
        }

        return draft.Build(body.IsEmpty && string.IsNullOrEmpty(contentType) ? (ReadOnlyMemory<byte>?)null : body);
    }
}
