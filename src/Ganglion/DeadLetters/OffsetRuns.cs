namespace Ganglion.DeadLetters;

/// <summary>A set of offsets, kept as runs: what lies side by side takes the room of one.</summary>
internal sealed class OffsetRuns
{
    // By ascending start; no two touch.
    private readonly List<(long Start, long End)> _runs = [];

    public void Add(long offset)
    {
        int at = FirstEndingBehind(offset - 1);
        if (at < _runs.Count && _runs[at].Start <= offset && offset < _runs[at].End)
        {
            return;
        }

        long start = offset;
        long end = offset + 1;
        if (at < _runs.Count && _runs[at].End == offset)
        {
            start = _runs[at].Start;
            _runs.RemoveAt(at);
        }

        if (at < _runs.Count && _runs[at].Start == end)
        {
            end = _runs[at].End;
            _runs.RemoveAt(at);
        }

        _runs.Insert(at, (start, end));
    }

    /// <summary>The first offset from this one on that is not in the set.</summary>
    public long NextFree(long offset)
    {
        int at = FirstEndingBehind(offset);
        return at < _runs.Count && _runs[at].Start <= offset ? _runs[at].End : offset;
    }

    private int FirstEndingBehind(long offset)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_runs[middle].End > offset)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
