namespace Ganglion.Brokers.Embedded.Records;

/// <summary>
/// Memory for batches, which stay in memory long after they were written. It is cut from large pieces that the garbage collector
/// does not move, because moving every batch from generation to generation would cost more than writing it. A piece is freed when
/// nobody holds any batch in it any more.
/// </summary>
internal sealed class BatchMemory
{
    /// <summary>From this size on memory is better not shared, and not moved anyway (85,000 bytes are the least that the collector calls large).</summary>
    public const int MinOwnBytes = 85_000;

    private const int PieceBytes = 128 * 1024;

    private readonly Lock _lock = new();
    private Memory<byte> _rest;

    /// <summary>Gives out memory that nobody else has, and that nobody need give back. What is in it is undefined.</summary>
    public Memory<byte> Take(int bytes)
    {
        if (bytes > PieceBytes / 2)
        {
            return New(bytes);
        }

        lock (_lock)
        {
            if (_rest.Length < bytes)
            {
                _rest = New(PieceBytes);
            }

            Memory<byte> taken = _rest[..bytes];
            _rest = _rest[bytes..];
            return taken;
        }
    }

    private static byte[] New(int bytes) => GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
}
