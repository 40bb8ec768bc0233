using System.Text;

namespace Ganglion.Events;

/// <summary>Collects headers into the encoded form that <see cref="RecordHeaders"/> keeps.</summary>
/// <param name="capacity">How many bytes to begin with.</param>
internal struct RecordHeadersBuilder(int capacity)
{
    private byte[]? _buffer;
    private int _length;
    private int _count;

    public RecordHeadersBuilder()
        : this(256)
    {
    }

    /// <summary>Appends a header with bytes for a value.</summary>
    public void Add(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> value, bool isNull = false)
    {
        Reserve(nameUtf8.Length + value.Length + (2 * VarInt.MaxBytes));
        Span<byte> buffer = _buffer;
        _length += VarInt.Write(buffer[_length..], nameUtf8.Length);
        nameUtf8.CopyTo(buffer[_length..]);
        _length += nameUtf8.Length;
        _length += VarInt.Write(buffer[_length..], isNull ? -1 : value.Length);
        value.CopyTo(buffer[_length..]);
        _length += value.Length;
        _count++;
    }

    /// <summary>Appends a header with text for a value, as UTF-8.</summary>
    public void Add(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<char> value)
    {
        int bytes = Encoding.UTF8.GetByteCount(value);
        Reserve(nameUtf8.Length + bytes + (2 * VarInt.MaxBytes));
        Span<byte> buffer = _buffer;
        _length += VarInt.Write(buffer[_length..], nameUtf8.Length);
        nameUtf8.CopyTo(buffer[_length..]);
        _length += nameUtf8.Length;
        _length += VarInt.Write(buffer[_length..], bytes);
        _length += Encoding.UTF8.GetBytes(value, buffer[_length..]);
        _count++;
    }

    public readonly RecordHeaders Build() => new(_buffer.AsMemory(0, _length), _count);

    private void Reserve(int bytes)
    {
        if (_buffer is null)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(capacity, bytes));
        }
        else if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
        }
    }
}
