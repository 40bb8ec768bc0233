using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ganglion.Events;

/// <summary>
/// Reads the data of events as types, and writes typed data. Data is JSON, unless an <see cref="IDataSerializer"/> reads its content type or
/// writes its channel, and except that <see cref="ReadOnlyMemory{T}"/> of bytes and byte arrays are taken as they are, and that plain text can
/// be read as a string. Thread-safe.
/// </summary>
public sealed partial class EventDataSerializer
{
    private readonly ConcurrentDictionary<Type, DataType> _types = new();
    private readonly Func<Type, DataType> _inspect;
    private readonly UpcasterChains _upcasters;
    private readonly JsonDocumentOptions _documents;
    private readonly DataSerializers? _others;

    /// <summary>Creates a serializer.</summary>
    /// <param name="options">How; they must not change afterwards. Default: see <see cref="EventDataOptions"/>.</param>
    /// <exception cref="UpcasterException">The upcasters do not fit together.</exception>
    /// <exception cref="SerializerException">The serializers do not fit together.</exception>
    public EventDataSerializer(EventDataOptions? options = null)
    {
        options ??= new EventDataOptions();
        JsonSerializerOptions json = options.Json;
        json.MakeReadOnly();
        _documents = new JsonDocumentOptions { MaxDepth = json.MaxDepth, AllowDuplicateProperties = json.AllowDuplicateProperties };
        _upcasters = new UpcasterChains(options.Upcasters);
        _others = DataSerializers.Of(options.Serializers);
        _inspect = type => Inspect(type, json);
    }

    private static bool IsBytes(Type type) => type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>);

    private DataType TypeOf(Type type) => _types.GetOrAdd(type, _inspect);

    private static DataType Inspect(Type type, JsonSerializerOptions json)
    {
        if (IsBytes(type))
        {
            return new DataType(type, null, null, default, MediaType.Bytes);
        }

        JsonTypeInfo typeInfo = json.GetTypeInfo(type);
        string? text = type.GetCustomAttribute<EventVersionAttribute>(inherit: false)?.Version;
        return DataVersion.TryParse(text, out DataVersion version)
            ? new DataType(type, typeInfo, text, version, $"{MediaType.Json}; version={text}")
            : new DataType(type, typeInfo, null, default, MediaType.Json);
    }

    /// <summary>What there is to know about a type of data.</summary>
    /// <param name="Type">The type.</param>
    /// <param name="Json">Its JSON; <see langword="null"/>: raw bytes.</param>
    /// <param name="VersionText">Its version as written; <see langword="null"/> if it has none.</param>
    /// <param name="Version">The same, parsed.</param>
    /// <param name="ContentType">The content type of its data.</param>
    private sealed record DataType(Type Type, JsonTypeInfo? Json, string? VersionText, DataVersion Version, string ContentType);
}
