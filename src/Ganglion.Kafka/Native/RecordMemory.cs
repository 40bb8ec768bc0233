namespace Ganglion.Kafka.Native;

/// <summary>
/// Memory for the bytes of records that are read. It is cut from pieces that the garbage collector does not move: an event stays until it is
/// committed, which is longer than the youngest generation lasts, and to copy its bytes from one to the next costs more than all that is done with it.
/// A piece is freed when nobody holds anything in it any more. For one thread.
/// </summary>
internal sealed class RecordMemory
{
    // So much may be kept by somebody who keeps a single record of it.
    private const int PieceBytes = 32 * 1024;

    private Memory<byte> _rest;

    /// <summary>Gives out memory that nobody else has, and that nobody need give back. What is in it is undefined.</summary>
    public Memory<byte> Take(int bytes)
    {
        if (bytes > PieceBytes / 4)
        {
            // It would leave too much of a piece unused.
            return GC.AllocateUninitializedArray<byte>(bytes);
        }

        if (_rest.Length < bytes)
        {
            _rest = GC.AllocateUninitializedArray<byte>(PieceBytes, pinned: true);
        }

        Memory<byte> taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }
}
