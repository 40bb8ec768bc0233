using System.Text;

namespace Ganglion.Events;

/// <summary>
/// An event while it is being read: takes attributes one by one, in any order and from any encoding, checks each, and in the
/// end whether those that must be there are.
/// </summary>
/// <param name="prefix">What stands before an attribute's name in this encoding, such as <c>ce_</c>; for the messages of errors.</param>
internal struct EventDraft(string prefix)
{
    private bool _isVersioned;
    private string? _id;
    private string? _source;
    private string? _type;
    private DateTimeOffset? _time;
    private string? _subject;
    private string? _dataSchema;
    private string? _correlationId;
    private string? _causationId;
    private string? _partitionKey;
    private string? _sessionId;
    private string? _traceParent;
    private string? _traceState;
    private Dictionary<string, string>? _extensions;

    public string? DataContentType { get; private set; }

    /// <summary>Takes an attribute. The last one of a name counts.</summary>
    /// <exception cref="EventFormatException">Its name or its value is not as it must be.</exception>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (AttributeNames.Find(name))
        {
            case EventAttribute.SpecVersion:
                RequireVersion(value);
                _isVersioned = true;
                break;
            case EventAttribute.Id:
                _id = Text(name, value);
                break;
            case EventAttribute.Source:
                _source = Repeated(name, value);
                break;
            case EventAttribute.Type:
                _type = Repeated(name, value);
                break;
            case EventAttribute.Time:
                _time = TimeOf(name, value);
                break;
            case EventAttribute.Subject:
                _subject = Text(name, value);
                break;
            case EventAttribute.DataContentType:
                SetContentType(prefix + "datacontenttype", value);
                break;
            case EventAttribute.DataSchema:
                _dataSchema = Repeated(name, value);
                break;
            case EventAttribute.CorrelationId:
                _correlationId = Text(name, value);
                break;
            case EventAttribute.CausationId:
                _causationId = Text(name, value);
                break;
            case EventAttribute.PartitionKey:
                _partitionKey = Text(name, value);
                break;
            case EventAttribute.SessionId:
                _sessionId = Text(name, value);
                break;
            case EventAttribute.TraceParent:
                _traceParent = Text(name, value);
                break;
            case EventAttribute.TraceState:
                _traceState = Text(name, value);
                break;
            default:
                SetExtension(name, value);
                break;
        }
    }

    /// <summary>Takes the content type from where the encoding has it.</summary>
    public void SetContentType(string header, ReadOnlySpan<byte> value) =>
        DataContentType = value.IsEmpty ? throw Empty(header) : Utf8StringCache.Read(value) ?? throw NoText(header, value);

    /// <summary>Makes the event.</summary>
    /// <exception cref="EventFormatException">A required attribute is missing.</exception>
    public readonly CloudEvent Build(ReadOnlyMemory<byte>? data)
    {
        if (!_isVersioned)
        {
            throw Missing("specversion");
        }

        return new CloudEvent
        {
            Id = _id ?? throw Missing("id"),
            Source = _source ?? throw Missing("source"),
            Type = _type ?? throw Missing("type"),
            Time = _time,
            Subject = _subject,
            DataContentType = DataContentType,
            DataSchema = _dataSchema,
            CorrelationId = _correlationId,
            CausationId = _causationId,
            PartitionKey = _partitionKey,
            SessionId = _sessionId,
            TraceParent = _traceParent,
            TraceState = _traceState,
            CheckedExtensions = _extensions,
            Data = data,
        };
    }

    private readonly void RequireVersion(ReadOnlySpan<byte> value)
    {
        if (!value.SequenceEqual("1.0"u8))
        {
            throw EventFormatException.Malformed(
                prefix + "specversion", value, "be '1.0', the version of CloudEvents that is understood here");
        }
    }

    private readonly DateTimeOffset TimeOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Rfc3339.TryParse(value, out DateTimeOffset time)
            ? time
            : throw EventFormatException.Malformed(Header(name), value, "be a time as RFC 3339 writes it, such as 2026-11-21T09:30:00Z");

    private void SetExtension(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!AttributeNames.IsLegal(name))
        {
            string header = prefix + EventFormatException.Show(name);
            throw new EventFormatException(
                header, $"The event's '{header}' is no attribute: their names are of the letters a-z and the digits 0-9. Rename it.");
        }

        string key = Utf8StringCache.Read(name)!;
        _extensions ??= new Dictionary<string, string>(StringComparer.Ordinal);
        _extensions[key] = AttributeText.Read(value) ?? throw NoText(prefix + key, value);
    }

    private readonly string Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        value.IsEmpty ? throw Empty(Header(name)) : AttributeText.Read(value) ?? throw NoText(Header(name), value);

    private readonly string Repeated(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        value.IsEmpty ? throw Empty(Header(name)) : Utf8StringCache.Read(value) ?? throw NoText(Header(name), value);

    private readonly string Header(ReadOnlySpan<byte> name) => prefix + Encoding.UTF8.GetString(name);

    private readonly EventFormatException Missing(string name) =>
        new(prefix + name, $"The event has no '{prefix}{name}': every CloudEvent must. Add it, or send the data without any attributes.");

    private static EventFormatException Empty(string header) =>
        new(header, $"The event's '{header}' is empty: give it a value, or leave it out if it is optional.");

    private static EventFormatException NoText(string header, ReadOnlySpan<byte> value) =>
        EventFormatException.Malformed(header, value, "be text in UTF-8, without control characters");
}
