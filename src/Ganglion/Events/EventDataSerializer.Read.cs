using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Ganglion.Events;

public sealed partial class EventDataSerializer
{
    /// <summary>Reads the data of an event.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <returns>The data, never <see langword="null"/>.</returns>
    /// <exception cref="EventDataException">It cannot be read as <typeparamref name="T"/>.</exception>
    public T Read<T>(CloudEvent cloudEvent)
        where T : notnull => (T)Read(cloudEvent, typeof(T));

    /// <summary>Reads the data of an event.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="type">What to read it as.</param>
    /// <returns>The data, never <see langword="null"/>.</returns>
    /// <exception cref="EventDataException">It cannot be read as <paramref name="type"/>.</exception>
    public object Read(CloudEvent cloudEvent, Type type)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        ArgumentNullException.ThrowIfNull(type);
        DataType known = TypeOf(type);
        return known.Json is { } json && MediaType.IsJson(cloudEvent.DataContentType)
            ? ReadJson(cloudEvent, known, json)
            : ReadOther(cloudEvent, known);
    }

    private object ReadJson(CloudEvent e, DataType type, JsonTypeInfo json)
    {
        ReadOnlySpan<byte> data = DataOf(e, type);
        List<IEventUpcaster>? path = FindUpcasters(e, type);
        try
        {
            object? value = path is null ? JsonSerializer.Deserialize(data, json) : Upcast(e, data, path).Deserialize(json);
            return value ?? throw Null(e, type);
        }
        catch (Exception broken) when (broken is not GanglionException)
        {
            throw Unreadable(e, type, broken);
        }
    }

    private static object ReadOther(CloudEvent e, DataType type)
    {
        if (type.Type == typeof(byte[]))
        {
            return DataOf(e, type).ToArray();
        }

        if (type.Type == typeof(ReadOnlyMemory<byte>))
        {
            return e.Data ?? throw Missing(e, type);
        }

        if (type.Type == typeof(string) && MediaType.IsText(e.DataContentType))
        {
            return Encoding.UTF8.GetString(DataOf(e, type));
        }

        throw new EventDataException(
            "event-data-not-json",
            $"{e} is to be read as {type.Type.Name}, which needs JSON, but its data is '{e.DataContentType}'. "
                + "Send JSON, or take the bytes as ReadOnlyMemory<byte>.",
            e);
    }

    private static ReadOnlySpan<byte> DataOf(CloudEvent e, DataType type) => e.Data is { } data ? data.Span : throw Missing(e, type);

    /// <summary>The way from the event's version to the type's; <see langword="null"/> if the data is to be read as it is.</summary>
    private List<IEventUpcaster>? FindUpcasters(CloudEvent e, DataType type)
    {
        if (type.VersionText is null)
        {
            return null;
        }

        ReadOnlySpan<char> text = MediaType.ParameterOf(e.DataContentType, "version");
        if (text.SequenceEqual(type.VersionText))
        {
            return null;
        }

        DataVersion version = default;
        if (!text.IsEmpty && !DataVersion.TryParse(text, out version))
        {
            throw UnknownVersion(e, type, text.ToString(), version);
        }

        bool isCurrent = version == type.Version || (text.IsEmpty && !_upcasters.LeadFrom(e.Type, version));
        return isCurrent
            ? null
            : _upcasters.FindPath(e.Type, version, type.Version) ?? throw UnknownVersion(e, type, text.ToString(), version);
    }

    private JsonNode Upcast(CloudEvent e, ReadOnlySpan<byte> data, List<IEventUpcaster> path)
    {
        JsonNode node = JsonNode.Parse(data, documentOptions: _documents) ?? throw new JsonException("The data is null.");
        foreach (IEventUpcaster upcaster in path)
        {
            node = upcaster.Upcast(node)
                ?? throw new InvalidOperationException($"The upcaster of {e.Type} to {upcaster.ToVersion} returned nothing.");
        }

        return node;
    }
}
