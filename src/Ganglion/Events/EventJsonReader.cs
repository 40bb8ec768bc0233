using System.Text;
using System.Text.Json;

namespace Ganglion.Events;

/// <summary>Reads events from JSON, and knows where it is if that fails.</summary>
internal ref struct EventJsonReader(ReadOnlyMemory<byte> json, int maxDepth)
{
    private readonly ReadOnlyMemory<byte> _json = json;
    private Utf8JsonReader _reader = new(json.Span, new JsonReaderOptions { MaxDepth = maxDepth });

    // Which event of a batch is being read, as "[2]."; and which of its members, if it is within one.
    private string _prefix = "";
    private ReadOnlySpan<byte> _member;

    /// <summary>Reads an object and nothing else.</summary>
    public CloudEvent ReadOne()
    {
        _reader.Read();
        CloudEvent cloudEvent = ReadObject();
        ReadToEnd();
        return cloudEvent;
    }

    /// <summary>Reads an array of objects and nothing else.</summary>
    public List<CloudEvent> ReadMany()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw EventFormatException.Malformed(Place(), _json.Span, "be a JSON array of events");
        }

        var events = new List<CloudEvent>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _prefix = $"[{events.Count}].";
            events.Add(ReadObject());
        }

        ReadToEnd();
        return events;
    }

    /// <summary>The error for what the JSON reader found.</summary>
    public readonly EventFormatException Broken(Exception cause) => EventFormatException.Malformed(
        Place(),
        _json.Span,
        $"be JSON in UTF-8, nested at most {EventJson.MaxDepth} deep. {cause.Message.TrimEnd('.')}",
        cause);

    private CloudEvent ReadObject()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw EventFormatException.Malformed(Place(), _json.Span[(int)_reader.TokenStartIndex..], "be a JSON object");
        }

        var draft = new EventDraft(_prefix);
        ReadOnlyMemory<byte>? data = null;
        ReadOnlyMemory<byte>? base64 = null;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            _member = default;
            _member = Text();
            _reader.Read();
            if (_reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (_member.SequenceEqual("data"u8))
            {
                data = RawValue();
            }
            else if (_member.SequenceEqual("data_base64"u8))
            {
                base64 = Base64();
            }
            else
            {
                draft.Set(_member, Attribute());
            }
        }

        CloudEvent cloudEvent = draft.Build(DataOf(ref draft, data, base64));
        _member = default;
        return cloudEvent;
    }

    private ReadOnlyMemory<byte>? DataOf(ref EventDraft draft, ReadOnlyMemory<byte>? data, ReadOnlyMemory<byte>? base64)
    {
        if (data is not { } json)
        {
            return base64;
        }

        if (base64 is not null)
        {
            throw new EventFormatException(_prefix + "data_base64", "The event has both 'data' and 'data_base64': send one of them.");
        }

        if (draft.DataContentType is null)
        {
            draft.SetContentType(_prefix + "datacontenttype", "application/json"u8);
        }
        else if (!MediaType.IsJson(draft.DataContentType) && json.Span[0] == '"')
        {
            _member = "data"u8;
            return Unquoted(json.Span);
        }

        return json;
    }

    /// <summary>The text of an attribute. Those of the specification are strings; extensions may be numbers or booleans.</summary>
    private ReadOnlySpan<byte> Attribute()
    {
        bool isExtension = AttributeNames.Find(_member) >= EventAttribute.CorrelationId;
        return _reader.TokenType switch
        {
            JsonTokenType.String => Text(),
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False when isExtension => _reader.ValueSpan,
            _ => throw EventFormatException.Malformed(
                Place(), _reader.ValueSpan, isExtension ? "be a string, a number or a boolean" : "be a string"),
        };
    }

    private readonly ReadOnlySpan<byte> Text() =>
        _reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(_reader.GetString()!) : _reader.ValueSpan;

    private ReadOnlyMemory<byte> RawValue()
    {
        int start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _json[start..(int)_reader.BytesConsumed];
    }

    private ReadOnlyMemory<byte> Base64() =>
        _reader.TokenType == JsonTokenType.String && _reader.TryGetBytesFromBase64(out byte[]? bytes)
            ? bytes
            : throw EventFormatException.Malformed(Place(), _reader.ValueSpan, "be a string in Base64");

    private static byte[] Unquoted(ReadOnlySpan<byte> jsonString)
    {
        var reader = new Utf8JsonReader(jsonString);
        reader.Read();
        return Encoding.UTF8.GetBytes(reader.GetString()!);
    }

    private void ReadToEnd()
    {
        _prefix = "";
        _reader.Read();
    }

    private readonly string Place() =>
        !_member.IsEmpty ? _prefix + EventFormatException.Show(_member)
        : _prefix.Length > 0 ? _prefix.TrimEnd('.')
        : "$";
}
