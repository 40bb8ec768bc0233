using System.Globalization;
using Ganglion.Faults;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Brokers.Embedded.Storage;

// Called by the cleaner only. Whatever fails leaves the log as it was, or a decided swap that the next call completes.
internal sealed partial class SegmentLog
{
    /// <summary>Compaction waits until this share of the closed segments has not been compacted yet.</summary>
    private const double MinDirtyRatio = 0.5;

    /// <summary>A compaction writes what it keeps in steps of about this many bytes.</summary>
    private const int WriteBytes = 256 * 1024;

    private const string Draft = ".cleaned";

    private SegmentSwap? _swap;
    private long _cleanOffset;

    public long CompactedOffset { get; private set; }

    public ValueTask CleanAsync(TopicSettings settings, long now, CancellationToken cancellationToken)
    {
        lock (_cleaning)
        {
            CompleteSwap();
            RemoveBeforeStart();
            if (settings.Cleanup!.Value.HasFlag(CleanupPolicy.Delete))
            {
                DeleteExpired(settings, now);
            }

            if (settings.Cleanup.Value.HasFlag(CleanupPolicy.Compact))
            {
                Compact(settings, now, cancellationToken);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Completes or forgets what a crash left of a compaction.</summary>
    private static void FinishCompaction(string folder)
    {
        foreach (string draft in Directory.GetFiles(folder, "*" + Draft))
        {
            File.Delete(draft);
        }

        foreach (SegmentSwap swap in SegmentSwap.FindAll(folder))
        {
            swap.Complete();
        }
    }

    private void DeleteExpired(TopicSettings settings, long now)
    {
        // What a transaction that is open has written stays until it is decided.
        long stable = Transactions?.LastStableOffset ?? long.MaxValue;
        lock (_naming)
        {
            long left = Bytes;
            while (OldestEndsBefore(stable) && Retention.IsExpired(settings, _segments[0].GetLargestTimestamp(), left -= _segments[0].Size, now))
            {
                RemoveOldest();
            }
        }

        Forget(StartOffset - 1);
    }

    /// <summary>Whether the oldest segment has records, or had some that compaction has removed, and all of them lie before an offset.</summary>
    private bool OldestEndsBefore(long offset) => _segments.Length > 1
        ? _segments[1].BaseOffset <= offset
        : _segments is [{ Size: > 0 }] && Active.EndOffset <= offset;

    private void RemoveOldest()
    {
        if (_segments.Length == 1)
        {
            // Its name tells where the offsets go on: it is there before the last segment that knows them goes.
            Roll(Active.EndOffset);
            FlushNames();
        }

        // The start moves first: nobody is to be promised what is about to go.
        Segment oldest = _segments[0];
        Volatile.Write(ref _startOffset, Math.Max(StartOffset, _segments[1].BaseOffset));
        _segments = _segments[1..];
        FaultHook.Reach(FaultPoints.RetentionHidden);
        oldest.Close();
        oldest.Delete();
    }

    private void Compact(TopicSettings settings, long now, CancellationToken cancellationToken)
    {
        Segment[] segments = _segments;
        Segment[] closed = [.. segments.SkipLast(1).TakeWhile(segment => MayTake(segment, settings, now))];
        if (closed.Length == 0)
        {
            return;
        }

        long end = segments[closed.Length].BaseOffset;
        long dirty = closed.Where(segment => segment.BaseOffset >= _cleanOffset).Sum(segment => segment.Size);
        if (dirty == 0 || dirty < MinDirtyRatio * closed.Sum(segment => segment.Size))
        {
            return;
        }

        var compaction = new Compaction(settings, now, Transactions);
        HashSet<Segment> damaged = [.. closed.Where(segment => !TryLearn(compaction, segment, cancellationToken))];
        if (damaged.Count > 0)
        {
            // What a tombstone has deleted may still lie in a damaged segment, which stays as it is.
            compaction.KeepTombstones();
        }

        for (int from = 0; from < closed.Length;)
        {
            if (damaged.Contains(closed[from]))
            {
                from++;
                continue;
            }

            int to = from + 1;
            long bytes = closed[from].Size;
            while (to < closed.Length && !damaged.Contains(closed[to]) && Fits(closed[from], closed[to], bytes))
            {
                bytes += closed[to++].Size;
            }

            Rewrite(closed[from..to], until: to < closed.Length ? closed[to].BaseOffset : end, compaction, cancellationToken);
            from = to;
        }

        _cleanOffset = end;

        // What is left in a damaged segment, behind the damage, is still read.
        CompactedOffset = damaged.Count == 0 ? end : CompactedOffset;
        Forget(_cleanOffset - 1);
    }

    private bool MayTake(Segment segment, TopicSettings settings, long now) =>
        Compaction.MayTake(settings, segment.GetLargestTimestamp(), now) && segment.EndOffset <= (Transactions?.LastStableOffset ?? long.MaxValue);

    /// <summary>Whether a segment may join those that are to become one: its offsets must be countable from the first one's.</summary>
    private bool Fits(Segment first, Segment next, long bytes) =>
        bytes + next.Size <= _segmentBytes && next.EndOffset - first.BaseOffset <= int.MaxValue;

    /// <returns>False if the segment is damaged: the keys behind the damage are not known.</returns>
    private static bool TryLearn(Compaction compaction, Segment segment, CancellationToken cancellationToken)
    {
        try
        {
            foreach (StoredBatch batch in Batches(segment, cancellationToken))
            {
                compaction.Learn(batch);
            }

            return true;
        }
        catch (Exception exception) when (exception is CorruptLogException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Writes what is left of some segments into one, and puts it in their place.</summary>
    private void Rewrite(Segment[] old, long until, Compaction compaction, CancellationToken cancellationToken)
    {
        long from = old[0].BaseOffset;
        string draft = Path.Combine(_folder, from.ToString(CultureInfo.InvariantCulture) + Draft);
        try
        {
            Write(draft, old.SelectMany(segment => Batches(segment, cancellationToken)), compaction);
            FaultHook.Reach(FaultPoints.CompactionDrafted);
            lock (_naming)
            {
                if (_segments.Length > 0)
                {
                    _swap = SegmentSwap.Decide(draft, from, until);
                }
            }
        }
        finally
        {
            File.Delete(draft);
        }

        CompleteSwap();
    }

    private static void Write(string path, IEnumerable<StoredBatch> batches, Compaction compaction)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var parts = new List<ReadOnlyMemory<byte>>();
        long written = 0;
        long gathered = 0;
        foreach (StoredBatch batch in batches)
        {
            if (compaction.Rewrite(batch) is { } kept)
            {
                parts.Add(kept.Bytes);
                gathered += kept.Bytes.Length;
            }

            if (gathered >= WriteBytes)
            {
                WriteParts();
            }
        }

        WriteParts();
        RandomAccess.FlushToDisk(file);

        void WriteParts()
        {
            Disk.Write(file, parts, written);
            written += gathered;
            gathered = 0;
            parts.Clear();
        }
    }

    private void CompleteSwap()
    {
        lock (_naming)
        {
            if (_swap is not { } swap || _segments.Length == 0)
            {
                return;
            }

            Segment compacted = swap.Complete();
            compacted.NextBaseOffset = swap.Until;
            Segment[] old = [.. _segments.Where(segment => segment.BaseOffset >= swap.From && segment.BaseOffset < swap.Until)];
            _segments = [.. _segments.Except(old).Append(compacted).OrderBy(segment => segment.BaseOffset)];
            _swap = null;
            foreach (Segment segment in old)
            {
                segment.Close();
            }
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
            ObjectDisposedException.ThrowIf(!segment.TryRead(offset, 1024 * 1024, batches), typeof(EmbeddedBroker));
            foreach (StoredBatch batch in batches)
            {
                yield return batch;
                offset = batch.LastOffset + 1;
            }
        }
        while (batches.Count > 0);
    }
}
