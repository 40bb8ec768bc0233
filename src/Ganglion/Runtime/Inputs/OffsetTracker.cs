using Ganglion.Brokers;

namespace Ganglion.Runtime.Inputs;

/// <summary>
/// Where a partition stands: what has been read, and which of it is finished. The committed offset moves over the contiguous
/// finished prefix; what is finished ahead of it travels in the metadata.
/// </summary>
/// <remarks>
/// Only records that are not committed are kept, in order: what lies between two of them is committed. So the cost is that of
/// what is in flight, however long the finished run ahead of a slow one. All members need the caller's lock.
/// </remarks>
internal sealed class OffsetTracker
{
    // Stands before the first record that is not committed; its run is the committed prefix.
    private readonly TrackedOffset _prefix = new();
    private readonly FinishedRuns _before;
    private TrackedOffset _last;
    private int _firstRunToCome;

    /// <summary>Begins where a group has committed; its metadata tells what is finished already.</summary>
    public OffsetTracker(OffsetAndMetadata committed)
    {
        _before = FinishedRuns.Decode(committed.Offset, committed.Metadata);
        _prefix.RunEnd = committed.Offset;
        _last = _prefix;
    }

    /// <summary>How many records are read and not finished.</summary>
    public int Unfinished { get; private set; }

    /// <summary>The first offset of which nothing has been read.</summary>
    public long Next => _last.RunEnd;

    /// <summary>
    /// Whether one more record may be begun: only as many as leave the metadata within its limit, in whatever order they finish.
    /// </summary>
    public bool MayBegin(long offset) =>
        Unfinished == 0
        || (Unfinished < FinishedRuns.MaxRuns - RunsToCome() && offset - _prefix.Next!.Offset < FinishedRuns.MaxSpan);

    /// <summary>Whether a record was finished before the partition came here.</summary>
    public bool WasFinished(long offset) => _before.Contains(offset);

    /// <summary>A record has been read. Records come by ascending offset.</summary>
    public void Begin(TrackedOffset entry, long offset)
    {
        entry.Offset = offset;
        entry.RunEnd = offset + 1;
        entry.Previous = _last;
        _last.Next = entry;
        _last = entry;
        Unfinished++;
    }

    /// <summary>Nothing is to be done about what lies between the last record and this offset: gaps, records finished before.</summary>
    public void Skip(long nextOffset) => _last.RunEnd = Math.Max(_last.RunEnd, nextOffset);

    /// <summary>A record is finished: the next commit covers it.</summary>
    public void Finish(TrackedOffset entry)
    {
        entry.IsFinished = true;
        Unfinished--;
    }

    /// <summary>The commit that covers a finished record has failed: it is as if it were not finished.</summary>
    public void Unfinish(TrackedOffset entry)
    {
        entry.IsFinished = false;
        Unfinished++;
    }

    /// <summary>The commit that covers a finished record has succeeded.</summary>
    public void Confirm(TrackedOffset entry)
    {
        TrackedOffset previous = entry.Previous!;
        previous.RunEnd = entry.RunEnd;
        previous.Next = entry.Next;
        if (entry.Next is { } next)
        {
            next.Previous = previous;
        }
        else
        {
            _last = previous;
        }

        entry.Previous = entry.Next = null;
    }

    /// <summary>What to commit: everything that is finished.</summary>
    public OffsetAndMetadata ToCommit()
    {
        TrackedOffset? entry = _prefix.Next;
        long committed = _prefix.RunEnd;
        while (entry is { IsFinished: true })
        {
            committed = entry.RunEnd;
            entry = entry.Next;
        }

        committed = entry?.Offset ?? committed;
        if (entry is null && RunsToCome() == 0)
        {
            return new OffsetAndMetadata(committed);
        }

        var finished = new FinishedRuns();
        while (entry is not null)
        {
            long start = entry.Offset + 1;
            long end = entry.RunEnd;
            for (entry = entry.Next; entry is { IsFinished: true }; entry = entry.Next)
            {
                end = entry.RunEnd;
            }

            if (end > start)
            {
                finished.Add(start, end);
            }
        }

        for (int i = _before.Runs.Count - RunsToCome(); i < _before.Runs.Count; i++)
        {
            (long start, long end) = _before.Runs[i];
            finished.Add(Math.Max(start, _last.RunEnd), end);
        }

        return new OffsetAndMetadata(committed, finished.Encode(committed));
    }

    // Runs that are known from before and lie behind what has been read here: every commit must hand them on.
    private int RunsToCome()
    {
        while (_firstRunToCome < _before.Runs.Count && _before.Runs[_firstRunToCome].End <= _last.RunEnd)
        {
            _firstRunToCome++;
        }

        return _before.Runs.Count - _firstRunToCome;
    }
}
