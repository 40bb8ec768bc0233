using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// The log of a durable partition: segments in a folder of its own, and the newest batches in memory. A batch is readable from
/// memory at once; the segment writer brings it into a segment a little later; only then may memory forget it.
/// </summary>
internal sealed partial class SegmentLog : IPartitionLog
{
    private readonly string _folder;
    private readonly Lock _naming;
    private readonly BatchList _tail = new();

    // Changed under the lock, and never in place. None: the log is closed, for it was deleted or the broker is disposed.
    private volatile Segment[] _segments;
    private volatile bool _deleted;
    private volatile int _segmentBytes;
    private volatile bool _hasGaps;
    private bool _namesUnflushed = true;
    private long _startOffset;
    private long _endOffset;

    private SegmentLog(string folder, int segmentBytes, bool hasGaps, Lock naming, Segment[] segments, long startOffset)
    {
        _folder = folder;
        _segmentBytes = segmentBytes;
        _hasGaps = hasGaps;
        _naming = naming;
        _segments = segments;
        _startOffset = Math.Max(segments[0].BaseOffset, startOffset);
        _endOffset = segments[^1].EndOffset;
    }

    public long StartOffset => Volatile.Read(ref _startOffset);

    public long EndOffset => Volatile.Read(ref _endOffset);

    public long Bytes => _segments.Sum(segment => segment.Size);

    private Segment Active => _segments[^1];

    /// <summary>Opens the log in a folder; begins it if the folder is empty.</summary>
    /// <param name="folder">The partition's folder.</param>
    /// <param name="segmentBytes">From this size on the next segment is begun.</param>
    /// <param name="hasGaps">Whether offsets may be missing, because it is compacted or was.</param>
    /// <param name="naming">Held while files are made, renamed or removed, and while the folder itself is.</param>
    /// <exception cref="StorageException">The folder or its segments are lost (<c>data-folder-damaged</c>).</exception>
    public static SegmentLog Open(string folder, int segmentBytes, bool hasGaps, Lock naming)
    {
        ThrowIfLost(Directory.Exists(folder), folder);
        FinishCompaction(folder);
        Segment[] segments = [.. Segment.FindAll(folder).OrderBy(segment => segment.BaseOffset)];
        if (segments.Length == 0)
        {
            ThrowIfLost(Directory.GetFiles(folder, "*index").Length == 0, folder);
            segments = [Segment.Create(folder, 0)];
        }

        for (int i = 1; i < segments.Length; i++)
        {
            segments[i - 1].NextBaseOffset = segments[i].BaseOffset;
        }

        segments[^1].Truncate(long.MaxValue);
        return new SegmentLog(folder, segmentBytes, hasGaps, naming, segments, ReadStart(folder));
    }

    /// <summary>A topic is made with the folders of its partitions, and a segment goes only when there is another.</summary>
    private static void ThrowIfLost(bool isThere, string folder)
    {
        if (!isThere)
        {
            throw new StorageException(
                "data-folder-damaged",
                $"The records that lay in '{folder}' are gone. Restore it from a backup, or move the folder of its topic away.");
        }
    }

    /// <summary>Goes on with other settings; see <see cref="Open"/>.</summary>
    public void Follow(int segmentBytes, bool hasGaps)
    {
        _segmentBytes = segmentBytes;
        _hasGaps = hasGaps;
    }

    public void Append(in StoredBatch batch)
    {
        _tail.Append(batch);
        Volatile.Write(ref _endOffset, batch.LastOffset + 1);
    }

    /// <summary>Writes batches that are in memory already into the active segment. Called by the segment writer only.</summary>
    /// <param name="batches">The batches; what was written is taken out, so that a failed call can be repeated.</param>
    /// <param name="budget">Told of every batch that memory may forget now.</param>
    public void WriteBehind(List<StoredBatch> batches, TailBudget budget)
    {
        while (batches.Count > 0 && !_deleted)
        {
            List<StoredBatch> part = WritePart(batches);
            batches.RemoveRange(0, part.Count);
            foreach (StoredBatch batch in part)
            {
                budget.Add(this, batch);
            }
        }
    }

    /// <summary>Brings what was written behind to the disk. Called by the segment writer only.</summary>
    public void Flush()
    {
        lock (_naming)
        {
            if (_deleted)
            {
                return;
            }

            Active.Flush();
            FlushNames();
        }
    }

    /// <summary>Drops batches from memory up to an offset; they lie in segments, or are to be seen no more.</summary>
    public void Forget(long throughOffset) => _tail.DropWhile((batch, _) => batch.LastOffset <= throughOffset);

    public void Delete()
    {
        lock (_naming)
        {
            _deleted = true;
            _tail.DropWhile((_, _) => true);
            Dispose();
        }
    }

    /// <summary>Closes the files, each as soon as nobody reads it any more.</summary>
    public void Dispose()
    {
        lock (_naming)
        {
            Segment[] segments = _segments;
            _segments = [];
            foreach (Segment segment in segments)
            {
                segment.Close();
            }
        }
    }

    /// <summary>Writes as many batches as the active segment takes; none if the log was deleted.</summary>
    private List<StoredBatch> WritePart(List<StoredBatch> batches)
    {
        lock (_naming)
        {
            if (_deleted)
            {
                return [];
            }

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
            return part;
        }
    }

    private void FlushNames()
    {
        if (_namesUnflushed)
        {
            Disk.FlushFolder(_folder);
            _namesUnflushed = false;
        }
    }

    /// <summary>Closes the active segment and begins the next. Its name is flushed with its first batches.</summary>
    private void Roll(long baseOffset)
    {
        Active.Flush();
        Segment next = Segment.Create(_folder, baseOffset);
        FaultHook.Reach(FaultPoints.SegmentBegun);
        _namesUnflushed = true;
        Active.NextBaseOffset = baseOffset;
        _segments = [.. _segments, next];
    }
}
