using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Ganglion.Events;

public sealed partial class EventDataSerializer
{
    /// <summary>Reads the data of an event.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="channel">Where it was read. Decides where the content type does not. Default: it was addressed to whoever reads it.</param>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <returns>The data, never <see langword="null"/>.</returns>
    /// <exception cref="EventDataException">It cannot be read as <typeparamref name="T"/>.</exception>
    public T Read<T>(CloudEvent cloudEvent, string? channel = null)
        where T : notnull => (T)Read(cloudEvent, typeof(T), channel);

    /// <summary>Reads the data of an event.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="type">What to read it as.</param>
    /// <param name="channel">Where it was read. Decides where the content type does not. Default: it was addressed to whoever reads it.</param>
    /// <returns>The data, never <see langword="null"/>.</returns>
    /// <exception cref="EventDataException">It cannot be read as <paramref name="type"/>.</exception>
    public object Read(CloudEvent cloudEvent, Type type, string? channel = null)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        ArgumentNullException.ThrowIfNull(type);
        if (_others?.FindReader(cloudEvent.DataContentType, channel) is { } other && !IsBytes(type))
        {
            return ReadBy(other, cloudEvent, type, channel);
        }

        DataType known = TypeOf(type);
        return known.Json is { } json && MediaType.IsJson(cloudEvent.DataContentType)
            ? ReadJson(cloudEvent, known, json)
            : ReadOther(cloudEvent, known);
    }

    /// <summary>Reads data that needs no more than its bytes: JSON of the version that the type has.</summary>
    /// <returns>Whether it was read; if not, <see cref="Read{T}"/> reads the event that has the data, or tells what is wrong with it.</returns>
    internal bool TryReadCurrent<T>(ReadOnlyMemory<byte>? data, string? contentType, [NotNullWhen(true)] out T? value)
        where T : notnull
    {
        value = default;
        if (data is not { } bytes
            || _others?.FindReader(contentType) is not null
            || !MediaType.IsJson(contentType)
            || TypeOf(typeof(T)) is not { Json: JsonTypeInfo<T> json } type
            || (type.VersionText is { } version && !MediaType.ParameterOf(contentType, "version").SequenceEqual(version)))
        {
            return false;
        }

        try
        {
            value = JsonSerializer.Deserialize(bytes.Span, json);
            return value is not null;
        }
        catch (Exception)
        {
            return false;
        }
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

    private static object ReadBy(IDataSerializer serializer, CloudEvent e, Type type, string? channel)
    {
        ReadOnlyMemory<byte> data = e.Data ?? throw Missing(e, type);
        object? read;
        try
        {
            read = serializer.Read(data, type, e, channel);
        }
        catch (Exception broken) when (broken is not (GanglionException or TimeoutException or OperationCanceledException or HttpRequestException))
        {
            throw Unreadable(e, type, serializer, broken);
        }

        return type.IsInstanceOfType(read) ? read! : throw Misread(e, type, serializer, read);
    }

    private object ReadOther(CloudEvent e, DataType type)
    {
        if (type.Type == typeof(byte[]))
        {
            return DataOf(e, type).ToArray();
        }

        if (type.Type == typeof(ReadOnlyMemory<byte>))
        {
            return e.Data ?? throw Missing(e, type.Type);
        }

        if (type.Type == typeof(string) && MediaType.IsText(e.DataContentType))
        {
            return Encoding.UTF8.GetString(DataOf(e, type));
        }

        throw NoSerializer(e, type);
    }

    private static ReadOnlySpan<byte> DataOf(CloudEvent e, DataType type) => e.Data is { } data ? data.Span : throw Missing(e, type.Type);

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
