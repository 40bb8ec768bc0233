using System.Collections;

namespace Ganglion.Events;

/// <summary>
/// The headers of a <see cref="Record"/>: an immutable, ordered list, kept in the form in which a record batch stores it, so
/// that reading, forwarding and appending a record copies its headers without looking into them.
/// </summary>
public readonly struct RecordHeaders : IEquatable<RecordHeaders>, IReadOnlyCollection<RecordHeader>
{
    private readonly ReadOnlyMemory<byte> _encoded;

    internal RecordHeaders(ReadOnlyMemory<byte> encoded, int count)
    {
        _encoded = encoded;
        Count = count;
    }

    /// <summary>No headers.</summary>
    public static RecordHeaders Empty => default;

    /// <summary>How many headers there are.</summary>
    public int Count { get; }

    /// <summary>The headers as Kafka's record format stores them, without the leading count.</summary>
    internal ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>Makes headers from a list.</summary>
    /// <param name="headers">The headers, in the order in which they are to be stored.</param>
    public static RecordHeaders Create(params ReadOnlySpan<RecordHeader> headers)
    {
        if (headers.IsEmpty)
        {
            return default;
        }

        var builder = new RecordHeadersBuilder();
        foreach (RecordHeader header in headers)
        {
            builder.Add(header.NameUtf8.Span, header.Value is { } value ? value.Span : default, header.Value is null);
        }

        return builder.Build();
    }

    /// <summary>Finds the last header of a name.</summary>
    /// <param name="nameUtf8">The exact name, in UTF-8.</param>
    /// <param name="value">Its value; empty if the value is null.</param>
    /// <returns>Whether there is such a header.</returns>
    public bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlyMemory<byte> value)
    {
        bool found = false;
        value = default;
        foreach (RecordHeader header in this)
        {
            if (header.NameUtf8.Span.SequenceEqual(nameUtf8))
            {
                found = true;
                value = header.Value ?? default;
            }
        }

        return found;
    }

    /// <summary>Makes new headers with some appended; those already there stay.</summary>
    /// <param name="headers">The headers to append.</param>
    public RecordHeaders With(params ReadOnlySpan<RecordHeader> headers)
    {
        RecordHeaders added = Create(headers);
        byte[] all = new byte[_encoded.Length + added._encoded.Length];
        _encoded.CopyTo(all);
        added._encoded.CopyTo(all.AsMemory(_encoded.Length));
        return new RecordHeaders(all, Count + added.Count);
    }

    /// <summary>Walks the headers in order, without allocating.</summary>
    public Enumerator GetEnumerator() => new(_encoded, Count);

    IEnumerator<RecordHeader> IEnumerable<RecordHeader>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(RecordHeaders other) => Count == other.Count && _encoded.Span.SequenceEqual(other._encoded.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RecordHeaders other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_encoded.Span);
        return hash.ToHashCode();
    }

    /// <summary>Whether two lists hold the same headers in the same order.</summary>
    public static bool operator ==(RecordHeaders left, RecordHeaders right) => left.Equals(right);

    /// <summary>Whether two lists differ.</summary>
    public static bool operator !=(RecordHeaders left, RecordHeaders right) => !left.Equals(right);

    /// <summary>Walks headers in order.</summary>
    public struct Enumerator : IEnumerator<RecordHeader>
    {
        private readonly ReadOnlyMemory<byte> _encoded;
        private int _position;
        private int _left;

        internal Enumerator(ReadOnlyMemory<byte> encoded, int count)
        {
            _encoded = encoded;
            _left = count;
        }

        /// <inheritdoc/>
        public RecordHeader Current { get; private set; }

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            ReadOnlyMemory<byte> name = TakeBytes() ?? default;
            Current = new RecordHeader(name, TakeBytes());
            return true;
        }

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }

        /// <summary>Not supported; take a new enumerator.</summary>
        public readonly void Reset() => throw new NotSupportedException();

        private ReadOnlyMemory<byte>? TakeBytes() => VarInt.ReadBytes(_encoded, _encoded.Span, ref _position);
    }
}
