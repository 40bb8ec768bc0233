using System.Text.Json;

namespace Ganglion.Events;

public static partial class EventJson
{
    /// <summary>Reads an event.</summary>
    /// <param name="json">One JSON object, in UTF-8. Data in it that is JSON is not copied: it stays in this memory.</param>
    /// <returns>The event. Data without <c>datacontenttype</c> is JSON, and the event says so.</returns>
    /// <exception cref="EventFormatException">It is no JSON, nested deeper than 64, or not an event.</exception>
    public static CloudEvent Read(ReadOnlyMemory<byte> json)
    {
        var reader = new EventJsonReader(json, MaxDepth);
        try
        {
            return reader.ReadOne();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw reader.Broken(broken);
        }
    }

    /// <summary>Reads events (the JSON batch format).</summary>
    /// <param name="json">One JSON array of events, in UTF-8. Data in it that is JSON is not copied: it stays in this memory.</param>
    /// <returns>The events; may be none.</returns>
    /// <exception cref="EventFormatException">
    /// It is no JSON array, or one of its elements is not an event; it is named with its place, such as <c>[2].time</c>.
    /// </exception>
    public static IReadOnlyList<CloudEvent> ReadBatch(ReadOnlyMemory<byte> json)
    {
        var reader = new EventJsonReader(json, MaxDepth + 1);
        try
        {
            return reader.ReadMany();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw reader.Broken(broken);
        }
    }
}
