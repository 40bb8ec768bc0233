namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>Where decompressed bytes go: grows as they come, up to a limit.</summary>
/// <param name="capacity">How many bytes to begin with.</param>
/// <param name="maxBytes">The limit.</param>
internal sealed class DecompressionBuffer(int capacity, int maxBytes)
{
    private const int MinGrowth = 4096;

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(Math.Min(capacity, maxBytes));
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Where the next bytes go, of which there is one at least.</summary>
    public Span<byte> Room()
    {
        if (_length == _bytes.Length)
        {
            // One more than there may be: whoever writes it has too many.
            Grow((int)Math.Clamp(2L * _length, MinGrowth, maxBytes + 1L));
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>Where exactly so many bytes go next.</summary>
    /// <exception cref="BatchTooLargeException">That is too many.</exception>
    public Span<byte> Room(int bytes)
    {
        if (bytes > maxBytes - _length)
        {
            throw new BatchTooLargeException();
        }

        if (bytes > _bytes.Length - _length)
        {
            Grow((int)Math.Clamp(2L * _length, _length + bytes, maxBytes));
        }

        return _bytes.AsSpan(_length, bytes);
    }

    /// <summary>Some bytes have been written.</summary>
    /// <exception cref="BatchTooLargeException">Those are too many.</exception>
    public void Advance(int bytes)
    {
        _length += bytes;
        if (_length > maxBytes)
        {
            throw new BatchTooLargeException();
        }
    }

    private void Grow(int capacity)
    {
        byte[] larger = GC.AllocateUninitializedArray<byte>(capacity);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        _bytes = larger;
    }
}
