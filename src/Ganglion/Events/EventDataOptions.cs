using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ganglion.Events;

/// <summary>How data becomes typed: as JSON, unless a serializer of another format is added.</summary>
public sealed class EventDataOptions
{
    /// <summary>
    /// The JSON of data. By default: names in <c>snake_case</c>, read in any case; enums as names in <c>UPPER_CASE</c>;
    /// properties that C# requires or declares as not nullable must be there; no property twice; nested at most 64 deep; types
    /// that no added context knows by reflection.
    /// </summary>
    public JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 64,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false) },
        TypeInfoResolverChain = { new DefaultJsonTypeInfoResolver() },
    };

    /// <summary>What brings data of older versions up to date.</summary>
    public IList<IEventUpcaster> Upcasters { get; } = [];

    internal List<(IDataSerializer Serializer, IReadOnlyList<string> Channels)> Serializers { get; } = [];

    /// <summary>Reads and writes the types of a source-generated context without reflection.</summary>
    /// <param name="context">The context, such as <c>ShopJsonContext.Default</c>. The naming of <see cref="Json"/> applies to it.</param>
    /// <returns>These options, for more.</returns>
    public EventDataOptions AddJsonContext(JsonSerializerContext context)
    {
        Json.TypeInfoResolverChain.Insert(0, context);
        return this;
    }

    /// <summary>
    /// Adds a format beside JSON. Data of its <see cref="IDataSerializer.ContentTypes"/> is read by it wherever it comes from; data that is sent
    /// to one of the channels is written by it.
    /// </summary>
    /// <param name="serializer">The format.</param>
    /// <param name="channels">
    /// Names of channels, or beginnings of names with a <c>*</c> behind them, such as <c>orders.*</c>; the one that fits best counts. None: it
    /// only reads.
    /// </param>
    /// <returns>These options, for more.</returns>
    public EventDataOptions AddSerializer(IDataSerializer serializer, params string[] channels)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(channels);
        Serializers.Add((serializer, channels));
        return this;
    }

    /// <summary>Adds an upcaster.</summary>
    /// <param name="eventType">See <see cref="IEventUpcaster.EventType"/>.</param>
    /// <param name="fromVersion">See <see cref="IEventUpcaster.FromVersion"/>.</param>
    /// <param name="toVersion">See <see cref="IEventUpcaster.ToVersion"/>.</param>
    /// <param name="upcast">See <see cref="IEventUpcaster.Upcast"/>.</param>
    /// <returns>These options, for more.</returns>
    public EventDataOptions AddUpcaster(string eventType, string? fromVersion, string toVersion, Func<JsonNode, JsonNode> upcast)
    {
        Upcasters.Add(new DelegateUpcaster(eventType, fromVersion, toVersion, upcast));
        return this;
    }
}
