namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// Bounds how much of the newest records all partitions together keep in memory: what was written to a segment first is forgotten
/// first. Used by the segment writer's thread only.
/// </summary>
internal sealed class TailCache(long maxBytes)
{
    private readonly Queue<(SegmentLog Log, int Bytes)> _written = [];
    private long _bytes;

    /// <summary>Notes that a log's oldest cached batch that was not noted yet lies in a segment now, and could be forgotten.</summary>
    public void Add(SegmentLog log, int bytes)
    {
        _written.Enqueue((log, bytes));
        _bytes += bytes;
        while (_bytes > maxBytes)
        {
            (SegmentLog oldest, int freed) = _written.Dequeue();
            oldest.ForgetOldest();
            _bytes -= freed;
        }
    }
}
