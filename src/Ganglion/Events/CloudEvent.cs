using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Ganglion.Events;

/// <summary>
/// Something that happened, told once and never changed: an event as CloudEvents 1.0.2 defines it. Attributes say what, where
/// from and why; the data is opaque bytes until somebody reads it as a type.
/// </summary>
/// <remarks>
/// Two events are equal if all attributes and all bytes of their data are. The data's memory is not copied: whoever hands it
/// over does not change it afterwards. Every text is checked when it is set: control characters and broken surrogate pairs,
/// which CloudEvents forbids, throw an <see cref="ArgumentException"/>.
/// </remarks>
[JsonConverter(typeof(CloudEventJsonConverter))]
public sealed partial record CloudEvent
{
    /// <summary>The version of the CloudEvents specification that every event here follows.</summary>
    public const string SpecVersion = "1.0";

    private readonly Dictionary<string, string>? _extensions;

    /// <summary>Creates an event all of whose attributes are given by the initializer.</summary>
    public CloudEvent()
    {
    }

    /// <summary>Creates an event that happens now, with a new id (a version 7 UUID).</summary>
    /// <param name="type">See <see cref="Type"/>.</param>
    /// <param name="source">See <see cref="Source"/>.</param>
    /// <param name="timeProvider">Tells <see cref="Time"/>.</param>
    [SetsRequiredMembers]
    public CloudEvent(string type, string source, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        DateTimeOffset now = timeProvider.GetUtcNow();
        Id = Guid.CreateVersion7(now).ToString();
        Source = source;
        Type = type;
        Time = now;
    }

    /// <summary>Names the event within its <see cref="Source"/>. Two events of the same source and id are the same event.</summary>
    public required string Id
    {
        get;
        init => field = AttributeText.Required(value);
    }

    /// <summary>Where the event happened, as a URI reference such as <c>/agents/invoice-classifier</c>.</summary>
    public required string Source
    {
        get;
        init => field = AttributeText.Required(value);
    }

    /// <summary>What happened, such as <c>invoice.created</c>.</summary>
    public required string Type
    {
        get;
        init => field = AttributeText.Required(value);
    }

    /// <summary>When it happened, to 100 ns.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>What it happened to, within the source; such as the number of an invoice.</summary>
    public string? Subject
    {
        get;
        init => field = AttributeText.Optional(value);
    }

    /// <summary>
    /// The media type of <see cref="Data"/>, such as <c>application/json; version=2.1</c>. An event with data but without this is
    /// taken to hold JSON.
    /// </summary>
    public string? DataContentType
    {
        get;
        init => field = AttributeText.Optional(value);
    }

    /// <summary>The schema of <see cref="Data"/>, as a URI.</summary>
    public string? DataSchema
    {
        get;
        init => field = AttributeText.Optional(value);
    }

    /// <summary>The payload. <see langword="null"/> is no data at all: a tombstone on a compacted topic.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>The conversation: the same for all events that go back to one first event (<c>correlationid</c>).</summary>
    public string? CorrelationId
    {
        get;
        init => field = AttributeText.Optional(value);
    }

    /// <summary>The <see cref="Id"/> of the event that caused this one (<c>causationid</c>).</summary>
    public string? CausationId
    {
        get;
        init => field = AttributeText.Optional(value);
    }

    /// <summary>Decides the partition: it becomes the key of the event's record (<c>partitionkey</c>).</summary>
    public string? PartitionKey
    {
        get;
        init => field = AttributeText.Optional(value);
    }

    /// <summary>The session of the user for whom it happened (<c>sessionid</c>).</summary>
    public string? SessionId
    {
        get;
        init => field = AttributeText.Optional(value);
    }

    /// <summary>The trace in which the event came into being, as W3C writes it (<c>traceparent</c>). Never changes on the way.</summary>
    public string? TraceParent
    {
        get;
        init => field = AttributeText.Optional(value);
    }

    /// <summary>What tracing systems added to <see cref="TraceParent"/> (<c>tracestate</c>).</summary>
    public string? TraceState
    {
        get;
        init => field = AttributeText.Optional(value);
    }

    /// <summary>
    /// All other attributes by name; empty if there are none. What is given is copied. Names are of <c>a</c>–<c>z</c> and
    /// <c>0</c>–<c>9</c> only; attributes that have a property of their own are not accepted here.
    /// </summary>
    public IReadOnlyDictionary<string, string> Extensions
    {
        get => _extensions ?? NoExtensions;
        init => _extensions = CopyChecked(value);
    }

    /// <summary>Extensions that have been checked and belong to this event alone.</summary>
    internal Dictionary<string, string>? CheckedExtensions
    {
        get => _extensions;
        init => _extensions = value;
    }

    private static Dictionary<string, string> NoExtensions { get; } = [];

    /// <summary>What happened, its id and its source, for people.</summary>
    public override string ToString() => $"{Type} {Id} from {Source}";

    private static Dictionary<string, string>? CopyChecked(IReadOnlyDictionary<string, string> extensions)
    {
        ArgumentNullException.ThrowIfNull(extensions);
        if (extensions.Count == 0)
        {
            return null;
        }

        var copy = new Dictionary<string, string>(extensions.Count, StringComparer.Ordinal);
        foreach ((string name, string value) in extensions)
        {
            if (!AttributeNames.IsExtension(name))
            {
                throw new ArgumentException(
                    $"'{name}' cannot be an extension: names are of a-z and 0-9, and attributes with a property are set there.",
                    nameof(extensions));
            }

            copy.Add(name, AttributeText.Any(value, name));
        }

        return copy;
    }
}
