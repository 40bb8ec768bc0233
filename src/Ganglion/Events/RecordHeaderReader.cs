namespace Ganglion.Events;

/// <summary>Walks headers as spans: for the path that every event takes.</summary>
internal ref struct RecordHeaderReader(RecordHeaders headers)
{
    private readonly ReadOnlySpan<byte> _encoded = headers.Encoded.Span;
    private int _position;
    private int _left = headers.Count;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value; empty if it is null.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool HasValue { get; private set; }

    public bool Read()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Name = Take(VarInt.ReadSigned(_encoded, ref _position));
        int length = VarInt.ReadSigned(_encoded, ref _position);
        HasValue = length >= 0;
        Value = HasValue ? Take(length) : default;
        return true;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        ReadOnlySpan<byte> bytes = _encoded.Slice(_position, length);
        _position += length;
        return bytes;
    }
}
