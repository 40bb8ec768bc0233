using System.Globalization;

namespace Ganglion.Brokers.Embedded.Storage;

internal sealed partial class SegmentLog
{
    /// <summary>Compaction waits until this share of the closed segments has not been compacted yet.</summary>
    private const double MinDirtyRatio = 0.5;

    private long _cleanOffset;

    public ValueTask CleanAsync(TopicSettings settings, long now, CancellationToken cancellationToken)
    {
        if (settings.Cleanup!.Value.HasFlag(CleanupPolicy.Delete))
        {
            DeleteExpired(settings, now);
        }

        if (settings.Cleanup.Value.HasFlag(CleanupPolicy.Compact))
        {
            Compact(settings, now, cancellationToken);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Completes or forgets what a crash left of a compaction.</summary>
    private static void FinishSwaps(string folder)
    {
        foreach (string draft in Directory.EnumerateFiles(folder, "*.cleaned").ToArray())
        {
            File.Delete(draft);
        }

        foreach (string swap in Directory.EnumerateFiles(folder, "*.swap").ToArray())
        {
            string[] range = Path.GetFileNameWithoutExtension(swap).Split('-');
            CompleteSwap(folder, swap, long.Parse(range[0], CultureInfo.InvariantCulture), long.Parse(range[1], CultureInfo.InvariantCulture));
        }
    }

    private static void CompleteSwap(string folder, string swap, long from, long until)
    {
        foreach (Segment old in Directory.EnumerateFiles(folder, "*.log").Select(Segment.Find).ToArray())
        {
            if (old.BaseOffset >= from && old.BaseOffset < until)
            {
                old.Delete();
            }
        }

        File.Move(swap, Path.Combine(folder, Segment.FileName(from)), overwrite: true);
        Disk.FlushFolder(folder);
    }

    private void DeleteExpired(TopicSettings settings, long now)
    {
        lock (_changing)
        {
            long left = Bytes;
            while (_segments.Length > 1 && Retention.IsExpired(settings, _segments[0].MaxTimestamp, left -= _segments[0].Size, now))
            {
                // The start moves first: nobody is to be promised what is about to go.
                Segment oldest = _segments[0];
                Volatile.Write(ref _startOffset, _segments[1].BaseOffset);
                _segments = _segments[1..];
                oldest.Delete();
            }
        }

        Forget(StartOffset - 1);
    }

    private void Compact(TopicSettings settings, long now, CancellationToken cancellationToken)
    {
        Segment[] closed = _segments[..^1];
        long dirty = closed.Where(segment => segment.BaseOffset >= _cleanOffset).Sum(segment => segment.Size);
        if (dirty == 0 || dirty < MinDirtyRatio * closed.Sum(segment => segment.Size))
        {
            return;
        }

        var compaction = new Compaction(settings, now);
        foreach (StoredBatch batch in closed.SelectMany(segment => Batches(segment, cancellationToken)))
        {
            compaction.Learn(batch.Bytes);
        }

        int from = 0;
        while (from < closed.Length)
        {
            int to = from + 1;
            long bytes = closed[from].Size;
            while (to < closed.Length && bytes + closed[to].Size <= _segmentBytes)
            {
                bytes += closed[to++].Size;
            }

            Rewrite(closed[from..to], compaction, cancellationToken);
            from = to;
        }

        _cleanOffset = closed[^1].EndOffset;
        Forget(_cleanOffset - 1);
    }

    /// <summary>Writes what is left of some segments into one, and puts it in their place.</summary>
    private void Rewrite(Segment[] old, Compaction compaction, CancellationToken cancellationToken)
    {
        long from = old[0].BaseOffset;
        Segment next = _segments[Array.IndexOf(_segments, old[^1]) + 1];
        string draft = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{from}-{next.BaseOffset}.cleaned"));
        using (FileStream stream = File.Create(draft))
        {
            foreach (StoredBatch batch in old.SelectMany(segment => Batches(segment, cancellationToken)))
            {
                if (compaction.Rewrite(batch) is { } kept)
                {
                    stream.Write(kept.Bytes.Span);
                }
            }

            stream.Flush(flushToDisk: true);
        }

        string swap = Path.ChangeExtension(draft, ".swap");
        lock (_changing)
        {
            if (_deleted)
            {
                return;
            }

            File.Move(draft, swap);
            CompleteSwap(_folder, swap, from, next.BaseOffset);
            Segment compacted = Segment.Find(Path.Combine(_folder, Segment.FileName(from)));
            compacted.NextBaseOffset = next.BaseOffset;
            _segments = [.. _segments.TakeWhile(segment => segment != old[0]), compacted, .. _segments.SkipWhile(segment => segment != next)];
        }
    }

    private static IEnumerable<StoredBatch> Batches(Segment segment, CancellationToken cancellationToken)
    {
        var batches = new List<StoredBatch>();
        long offset = segment.BaseOffset;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            batches.Clear();
            segment.Read(offset, 1024 * 1024, batches);
            foreach (StoredBatch batch in batches)
            {
                yield return batch;
                offset = batch.LastOffset + 1;
            }
        }
        while (batches.Count > 0);
    }
}
