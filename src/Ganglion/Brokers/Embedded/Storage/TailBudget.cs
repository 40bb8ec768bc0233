namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// Bounds how much of the newest records all partitions together keep in memory: what was written to a segment first is forgotten
/// first. Used by the segment writer's thread only.
/// </summary>
internal sealed class TailBudget(long maxBytes)
{
    private readonly Queue<(SegmentLog Log, long LastOffset, int Bytes)> _written = [];
    private long _bytes;

    /// <summary>Notes that a batch of a log lies in a segment now, and could be forgotten.</summary>
    public void Add(SegmentLog log, in StoredBatch batch)
    {
        _written.Enqueue((log, batch.LastOffset, batch.Bytes.Length));
        _bytes += batch.Bytes.Length;
        while (_bytes > maxBytes)
        {
            (SegmentLog oldest, long lastOffset, int freed) = _written.Dequeue();
            oldest.Forget(lastOffset);
            _bytes -= freed;
        }
    }
}
