using System.Text;

namespace Ganglion.Events;

/// <summary>One header of a <see cref="Record"/>: a name and opaque bytes, as on Kafka.</summary>
/// <param name="NameUtf8">The name, in UTF-8. Names may repeat; readers take the last.</param>
/// <param name="Value">The value; <see langword="null"/> is distinct from empty.</param>
public readonly record struct RecordHeader(ReadOnlyMemory<byte> NameUtf8, ReadOnlyMemory<byte>? Value)
{
    /// <summary>Creates a header with a text name and opaque bytes.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value; <see langword="null"/> is distinct from empty.</param>
    public RecordHeader(string name, ReadOnlyMemory<byte>? value)
        : this(Encoding.UTF8.GetBytes(name), value)
    {
    }

    /// <summary>Creates a header with a text name and a text value, stored as UTF-8.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The text.</param>
    public RecordHeader(string name, string value)
        : this(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value))
    {
    }

    /// <summary>The name as text. Bytes that are not UTF-8 show as U+FFFD.</summary>
    public string Name => Encoding.UTF8.GetString(NameUtf8.Span);

    /// <summary>The value as text; <see langword="null"/> if there is none. Bytes that are not UTF-8 show as U+FFFD.</summary>
    public string? Text => Value is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    /// <summary>Whether name and value have the same bytes.</summary>
    /// <param name="other">The other header.</param>
    public bool Equals(RecordHeader other) =>
        NameUtf8.Span.SequenceEqual(other.NameUtf8.Span)
        && Value.HasValue == other.Value.HasValue
        && Value.GetValueOrDefault().Span.SequenceEqual(other.Value.GetValueOrDefault().Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(NameUtf8.Span);
        hash.AddBytes(Value.GetValueOrDefault().Span);
        return hash.ToHashCode();
    }
}
