namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// The log of a durable partition: segments in a folder of its own, and the newest batches in memory. A batch is readable from
/// memory at once; the segment writer brings it into a segment a little later; only then may memory forget it.
/// </summary>
internal sealed partial class SegmentLog : IPartitionLog
{
    private readonly string _folder;
    private readonly int _segmentBytes;
    private readonly BatchList _tail = new();
    private readonly Lock _changing = new();
    private volatile Segment[] _segments;
    private volatile bool _deleted;
    private long _startOffset;
    private long _endOffset;

    private SegmentLog(string folder, int segmentBytes, Segment[] segments)
    {
        _folder = folder;
        _segmentBytes = segmentBytes;
        _segments = segments;
        _startOffset = segments[0].BaseOffset;
        _endOffset = segments[^1].EndOffset;
    }

    public long StartOffset => Volatile.Read(ref _startOffset);

    public long EndOffset => Volatile.Read(ref _endOffset);

    public long Bytes => _segments.Sum(segment => segment.Size);

    private Segment Active => _segments[^1];

    /// <summary>Opens the log in a folder; makes it if it is not there.</summary>
    public static SegmentLog Open(string folder, int segmentBytes)
    {
        Directory.CreateDirectory(folder);
        FinishSwaps(folder);
        Segment[] segments = [.. Directory.EnumerateFiles(folder, "*.log").Select(Segment.Find).OrderBy(segment => segment.BaseOffset)];
        if (segments.Length == 0)
        {
            segments = [Segment.Create(folder, 0)];
        }

        for (int i = 1; i < segments.Length; i++)
        {
            segments[i - 1].NextBaseOffset = segments[i].BaseOffset;
        }

        segments[^1].Truncate(long.MaxValue);
        return new SegmentLog(folder, segmentBytes, segments);
    }

    public void Append(in StoredBatch batch)
    {
        _tail.Append(batch);
        Volatile.Write(ref _endOffset, batch.LastOffset + 1);
    }

    /// <summary>Writes batches that are in memory already into the active segment. Called by the segment writer only.</summary>
    /// <param name="batches">The batches; what was written is taken out, so that a failed call can be repeated.</param>
    /// <param name="cache">Told of every batch that memory may forget now.</param>
    public void WriteBehind(List<StoredBatch> batches, TailCache cache)
    {
        while (batches.Count > 0 && !_deleted)
        {
            if (Active.Size >= _segmentBytes)
            {
                Roll(batches[0].BaseOffset);
            }

            int count = 0;
            for (long room = _segmentBytes - Active.Size; count < batches.Count && room > 0; count++)
            {
                room -= batches[count].Bytes.Length;
            }

            List<StoredBatch> part = batches[..count];
            Active.Append(part);
            batches.RemoveRange(0, count);
            foreach (StoredBatch batch in part)
            {
                cache.Add(this, batch);
            }
        }
    }

    /// <summary>Brings what was written behind to the disk. Called by the segment writer only.</summary>
    public void Flush()
    {
        if (!_deleted)
        {
            Active.Flush();
        }
    }

    /// <summary>Drops batches from memory up to an offset; they lie in segments, or are to be seen no more.</summary>
    public void Forget(long throughOffset) => _tail.DropWhile((batch, _) => batch.LastOffset <= throughOffset);

    public ValueTask ReadAsync(long offset, int maxBytes, List<StoredBatch> batches, CancellationToken cancellationToken)
    {
        offset = Math.Max(offset, StartOffset);
        if (_tail.TryRead(offset, maxBytes, batches))
        {
            return ValueTask.CompletedTask;
        }

        Segment[] segments = _segments;
        for (int i = IndexOf(segments, offset); i < segments.Length && batches.Count == 0; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            segments[i].Read(offset, maxBytes, batches);
        }

        // Nothing in the segments: compaction has removed the rest of them, and what follows is in memory.
        if (batches.Count == 0 && _tail.FirstOffset is var first && first != long.MaxValue)
        {
            _tail.TryRead(first, maxBytes, batches);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<long?> FindBatchAsync(long timestamp, CancellationToken cancellationToken)
    {
        foreach (Segment segment in _segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (segment.FindBatch(timestamp) is { } found)
            {
                return new(found);
            }
        }

        long written = Active.EndOffset;
        foreach (StoredBatch batch in _tail.Snapshot())
        {
            if (batch.BaseOffset >= written && batch.MaxTimestamp >= timestamp)
            {
                return new(batch.BaseOffset);
            }
        }

        return new((long?)null);
    }

    public void Delete()
    {
        lock (_changing)
        {
            _deleted = true;
            _tail.DropWhile((_, _) => true);
        }
    }

    public void Dispose()
    {
        foreach (Segment segment in _segments)
        {
            segment.Close();
        }
    }

    private static int IndexOf(Segment[] segments, long offset)
    {
        int index = Array.FindLastIndex(segments, segment => segment.BaseOffset <= offset);
        return Math.Max(index, 0);
    }

    /// <summary>Closes the active segment and begins the next.</summary>
    private void Roll(long baseOffset)
    {
        Active.Flush();
        lock (_changing)
        {
            Segment next = Segment.Create(_folder, baseOffset);
            Active.NextBaseOffset = baseOffset;
            _segments = [.. _segments, next];
        }

        Disk.FlushFolder(_folder);
    }
}
