namespace Ganglion.Brokers.Embedded.Storage;

// Readers take no lock. Batches pass from memory into segments, and segments are replaced and removed, while they look: so they
// look at both in an order in which nothing can slip through, and look again where something has changed under their hands.
internal sealed partial class SegmentLog
{
    public ValueTask ReadAsync(long offset, int maxBytes, List<StoredBatch> batches, CancellationToken cancellationToken)
    {
        while (!TryRead(Math.Max(offset, StartOffset), maxBytes, batches, cancellationToken))
        {
        }

        return ValueTask.CompletedTask;
    }

    public CorruptLogException Unreadable(in StoredBatch batch, string fault)
    {
        Segment[] segments = OpenSegments();
        if (segments.Length == 0)
        {
            return new CorruptLogException(_folder, 0, fault, batch.LastOffset + 1);
        }

        Segment segment = segments[IndexOf(segments, batch.BaseOffset)];
        try
        {
            return new CorruptLogException(segment.FilePath, segment.PositionOf(batch.BaseOffset), fault, batch.LastOffset + 1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, _folder);
        }
    }

    public ValueTask<long?> FindBatchAsync(long timestamp, CancellationToken cancellationToken)
    {
        long? found;
        while (!TryFindBatch(timestamp, out found, cancellationToken))
        {
        }

        return new(found);
    }

    public long FindMaxTimestamp()
    {
        long newest;
        while (!TryFindMaxTimestamp(out newest))
        {
        }

        return newest;
    }

    private bool TryRead(long offset, int maxBytes, List<StoredBatch> batches, CancellationToken cancellationToken)
    {
        if (_tail.TryRead(offset, maxBytes, batches))
        {
            return true;
        }

        long tail = _tail.FirstOffset;
        Segment[] segments = OpenSegments();
        try
        {
            for (int i = IndexOf(segments, offset); i < segments.Length && batches.Count == 0; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!segments[i].TryRead(offset, maxBytes, batches))
                {
                    return false;
                }

                if (batches.Count == 0 && !_hasGaps && segments[i].NextBaseOffset is { } next)
                {
                    throw new CorruptLogException(segments[i].FilePath, segments[i].Size, "is its end, and records are missing behind it", next);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HasChanged(segments) ? false : throw Disk.Explain(exception, _folder);
        }

        // Nothing in the segments: compaction has removed the rest of them, and what follows is in memory. If memory has forgotten
        // its first batch since, that one lies in a segment now.
        return batches.Count > 0 || tail == long.MaxValue || _tail.TryRead(tail, maxBytes, batches);
    }

    private bool TryFindBatch(long timestamp, out long? found, CancellationToken cancellationToken)
    {
        // What memory forgets after this, the segments have by then.
        StoredBatch[] tail = _tail.Snapshot();
        Segment[] segments = OpenSegments();
        found = null;
        try
        {
            foreach (Segment segment in segments)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!segment.TryFindBatch(timestamp, out found))
                {
                    return false;
                }

                if (found is not null)
                {
                    return true;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HasChanged(segments) ? false : throw Disk.Explain(exception, _folder);
        }

        int inTail = Array.FindIndex(tail, batch => batch.MaxTimestamp >= timestamp);
        found = inTail < 0 ? null : tail[inTail].BaseOffset;
        return true;
    }

    private bool TryFindMaxTimestamp(out long newest)
    {
        // What memory forgets after this, the segments have by then.
        newest = _tail.Snapshot().Select(batch => batch.MaxTimestamp).DefaultIfEmpty(long.MinValue).Max();
        Segment[] segments = OpenSegments();
        try
        {
            foreach (Segment segment in segments)
            {
                if (!segment.TryGetMaxTimestamp(out long timestamp))
                {
                    return false;
                }

                newest = Math.Max(newest, timestamp);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HasChanged(segments) ? false : throw Disk.Explain(exception, _folder);
        }
    }

    /// <summary>The segments as they are now; none if the log was deleted.</summary>
    /// <exception cref="ObjectDisposedException">The broker was disposed.</exception>
    private Segment[] OpenSegments()
    {
        Segment[] segments = _segments;
        ObjectDisposedException.ThrowIf(segments.Length == 0 && !_deleted, typeof(EmbeddedBroker));
        return segments;
    }

    /// <summary>Waits until whoever changes the segments is done.</summary>
    private bool HasChanged(Segment[] seen)
    {
        lock (_naming)
        {
            return _segments != seen;
        }
    }

    private static int IndexOf(Segment[] segments, long offset)
    {
        int index = Array.FindLastIndex(segments, segment => segment.BaseOffset <= offset);
        return Math.Max(index, 0);
    }
}
