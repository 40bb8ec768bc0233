using System.Buffers.Binary;
using System.Text;

namespace Ganglion.Brokers.Listener.Protocol;

/// <summary>
/// Reads the fields of a request, in the notation of Kafka's protocol: big endian; in flexible versions (KIP-482) lengths are unsigned
/// variable-length integers, one too large so that 0 means null, and every structure ends with tagged fields.
/// </summary>
/// <param name="bytes">The request. What is read of it refers to its memory.</param>
internal sealed class WireReader(ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // More than any client lists that means it. Each can take a hundred times the memory that it has in the request.
    private const int MaxItems = 100_000;

    private int _position;
    private int _items;

    /// <summary>Whether the version of the request is a flexible one.</summary>
    public bool IsFlexible { get; set; }

    public int Left => bytes.Length - _position;

    public bool ReadBoolean() => Take(1)[0] != 0;

    public sbyte ReadInt8() => (sbyte)Take(1)[0];

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public Guid ReadUuid() => new(Take(16), bigEndian: true);

    public string ReadString() => ReadNullableString() ?? throw new MalformedRequestException("A text is null that must not be.");

    /// <summary>A text without the length of flexible versions, as in the header of every request.</summary>
    public string? ReadPlainNullableString() => ReadText(ReadInt16());

    public string? ReadNullableString() => ReadText(IsFlexible ? ReadCompactLength() : ReadInt16());

    public ReadOnlyMemory<byte> ReadBytes() => ReadNullableBytes() ?? throw new MalformedRequestException("Bytes are null that must not be.");

    public ReadOnlyMemory<byte>? ReadNullableBytes()
    {
        int length = IsFlexible ? ReadCompactLength() : ReadInt32();
        if (length < 0)
        {
            return null;
        }

        Take(length);
        return bytes.Slice(_position - length, length);
    }

    /// <summary>Reads a list; a list that is null is empty.</summary>
    public List<T> ReadArray<T>(Func<WireReader, T> readItem) => ReadNullableArray(readItem) ?? [];

    /// <summary>Reads a list, which may be null.</summary>
    public List<T>? ReadNullableArray<T>(Func<WireReader, T> readItem)
    {
        int count = IsFlexible ? ReadCompactLength() : ReadInt32();
        if (count < 0)
        {
            return null;
        }

        if (count > Left)
        {
            throw new MalformedRequestException($"A list of {count} items does not fit into the {Left} bytes that are left.");
        }

        _items += count;
        if (_items > MaxItems)
        {
            throw new MalformedRequestException($"It lists more than {MaxItems} items. Ask for less at a time.");
        }

        // No more than a page is set aside on the word of whoever sends.
        var items = new List<T>(Math.Min(count, 256));
        for (int i = 0; i < count; i++)
        {
            items.Add(readItem(this));
        }

        return items;
    }

    /// <summary>Ends a structure: passes over its tagged fields, none of which is known here.</summary>
    public void SkipTags()
    {
        if (!IsFlexible)
        {
            return;
        }

        for (uint left = ReadUnsignedVarInt(); left > 0; left--)
        {
            ReadUnsignedVarInt();
            uint length = ReadUnsignedVarInt();
            Take(length <= int.MaxValue ? (int)length : -1);
        }
    }

    private string? ReadText(int length)
    {
        if (length < 0)
        {
            return null;
        }

        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw new MalformedRequestException("A text is not UTF-8.");
        }
    }

    private int ReadCompactLength()
    {
        uint length = ReadUnsignedVarInt();
        return length <= int.MaxValue ? (int)length - 1 : throw new MalformedRequestException("A length exceeds 31 bits.");
    }

    private uint ReadUnsignedVarInt()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new MalformedRequestException("A variable-length integer is longer than five bytes.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > Left)
        {
            throw new MalformedRequestException($"{length} bytes are asked for where {Left} are left.");
        }

        ReadOnlySpan<byte> taken = bytes.Span.Slice(_position, length);
        _position += length;
        return taken;
    }
}
