using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Ganglion.Brokers.Listener.Protocol;

/// <summary>
/// Writes the fields of a response; the notation is that of <see cref="WireReader"/>. What is large is not copied: the response is a row
/// of chunks.
/// </summary>
internal sealed class WireWriter : IDisposable
{
    // Small at first: many answers wait for long before there is more to write than how they begin.
    private const int FirstChunkBytes = 4 * 1024;
    private const int ChunkBytes = 64 * 1024;

    // A request of a few bytes can ask for the same thing again and again. Record batches do not count, for they are not copied.
    private const int MaxCopiedBytes = 100 * 1024 * 1024;

    private const int MaxFaultLength = 1000;

    // Record batches below this size are cheaper copied than sent as a chunk of their own.
    private const int CopyBelow = 16 * 1024;

    private readonly List<ReadOnlyMemory<byte>> _chunks = [];
    private readonly List<byte[]> _rented = [];
    private byte[] _buffer = [];
    private int _begin;
    private int _end;
    private long _copied;

    /// <summary>Begins a frame: in front there is room for the length of what follows.</summary>
    public static WireWriter ForFrame()
    {
        var writer = new WireWriter();
        writer.WriteInt32(0);
        return writer;
    }

    /// <summary>Whether the version of the response is a flexible one.</summary>
    public bool IsFlexible { get; set; }

    /// <summary>How many bytes are written.</summary>
    public long Length { get; private set; }

    public void WriteBoolean(bool value) => Reserve(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt8(sbyte value) => Reserve(1)[0] = (byte)value;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(8), value);

    public void WriteUuid(Guid value) => value.TryWriteBytes(Reserve(16), bigEndian: true, out _);

    public void WriteError(ErrorCode error) => WriteInt16((short)error);

    public void WriteString(string? value)
    {
        int length = value is null ? -1 : Encoding.UTF8.GetByteCount(value);
        if (IsFlexible)
        {
            WriteCompactLength(length);
        }
        else
        {
            WriteInt16(checked((short)length));
        }

        if (value is not null)
        {
            Encoding.UTF8.GetBytes(value, Reserve(length));
        }
    }

    /// <summary>Writes what went wrong, cut to a length that every version has room for: there may be names of the client's in it.</summary>
    public void WriteFault(string? fault) => WriteString(fault?.Length > MaxFaultLength ? fault[..MaxFaultLength] + "…" : fault);

    public void WriteBytes(ReadOnlyMemory<byte>? value)
    {
        WriteLength(value?.Length ?? -1);
        if (value is { } bytes)
        {
            WriteRaw(bytes);
        }
    }

    /// <summary>Writes what others own as bytes of one field, without copying what is large. It must not change until the response is sent.</summary>
    public void WriteBytes(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        WriteLength(pieces.Sum(piece => piece.Length));
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            WriteRaw(piece);
        }
    }

    public void WriteArray<T>(IReadOnlyCollection<T>? items, Action<WireWriter, T> writeItem)
    {
        WriteLength(items?.Count ?? -1);
        foreach (T item in items ?? [])
        {
            writeItem(this, item);
        }
    }

    public void WriteInt32Array(IReadOnlyCollection<int> items) => WriteArray(items, static (writer, item) => writer.WriteInt32(item));

    /// <summary>Ends a structure: it has no tagged fields.</summary>
    public void WriteTags()
    {
        if (IsFlexible)
        {
            WriteInt8(0);
        }
    }

    /// <summary>What was written, in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Finish()
    {
        CutChunk();
        return _chunks;
    }

    /// <summary>What was written since <see cref="ForFrame"/>, in order, behind its length.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> FinishFrame()
    {
        BinaryPrimitives.WriteInt32BigEndian(_rented[0], checked((int)Length - sizeof(int)));
        return Finish();
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _rented.ForEach(rented => ArrayPool<byte>.Shared.Return(rented));
        _rented.Clear();
        _chunks.Clear();
        _buffer = [];
    }

    /// <summary>Writes bytes as they are, without their length. What is large must not change until the response is sent.</summary>
    public void WriteRaw(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < CopyBelow)
        {
            bytes.Span.CopyTo(Reserve(bytes.Length));
            return;
        }

        CutChunk();
        _chunks.Add(bytes);
        Length += bytes.Length;
    }

    private void WriteLength(int length)
    {
        if (IsFlexible)
        {
            WriteCompactLength(length);
        }
        else
        {
            WriteInt32(length);
        }
    }

    private void WriteCompactLength(int length)
    {
        uint left = (uint)(length + 1);
        for (; left >= 0x80; left >>= 7)
        {
            Reserve(1)[0] = (byte)(left | 0x80);
        }

        Reserve(1)[0] = (byte)left;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - _end < bytes)
        {
            CutChunk();
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(_rented.Count == 0 ? FirstChunkBytes : ChunkBytes, bytes));
            _rented.Add(_buffer);
            _begin = _end = 0;
        }

        _copied += bytes;
        if (_copied > MaxCopiedBytes)
        {
            throw new MalformedRequestException($"It would be answered with more than {MaxCopiedBytes} bytes. Ask for less at a time.");
        }

        Span<byte> reserved = _buffer.AsSpan(_end, bytes);
        _end += bytes;
        Length += bytes;
        return reserved;
    }

    private void CutChunk()
    {
        if (_end > _begin)
        {
            _chunks.Add(_buffer.AsMemory(_begin, _end - _begin));
            _begin = _end;
        }
    }
}
