using System.Numerics;

namespace Ganglion.Approvals;

/// <summary>Counts what has become of approvals, and how long it took: in 40 counters, each for times up to twice as long as the one before.</summary>
internal sealed class ApprovalTally
{
    private readonly long[] _times = new long[40];
    private long _requested;
    private long _approved;
    private long _edited;
    private long _rejected;
    private long _byDefault;
    private TimeSpan _sum;
    private TimeSpan _longest;

    private long Decided => _approved + _edited + _rejected + _byDefault;

    public void Begin() => _requested++;

    public void End(ApprovalItem item, ApprovalEntry entry)
    {
        if (entry.By is null)
        {
            _byDefault++;
        }
        else if (item.Status == ApprovalStatus.Rejected)
        {
            _rejected++;
        }
        else if (item.Edits > 0)
        {
            _edited++;
        }
        else
        {
            _approved++;
        }

        // Clocks of two hosts may differ by more than it took.
        TimeSpan took = entry.At > item.Since ? entry.At - item.Since : TimeSpan.Zero;
        _sum += took;
        _longest = took > _longest ? took : _longest;
        _times[Math.Min(_times.Length - 1, took.TotalSeconds <= 1 ? 0 : BitOperations.Log2((ulong)Math.Ceiling(took.TotalSeconds) - 1) + 1)]++;
    }

    public ApprovalStatistics Measure(string agent, string rule) => new(agent, rule)
    {
        Requested = _requested,
        Pending = _requested - Decided,
        Approved = _approved,
        Edited = _edited,
        Rejected = _rejected,
        ByDefault = _byDefault,
        Mean = Decided == 0 ? null : _sum / Decided,
        Median = Decided == 0 ? null : Median(),
        Longest = Decided == 0 ? null : _longest,
    };

    private TimeSpan Median()
    {
        long seen = 0;
        int i = 0;
        while ((seen += _times[i]) * 2 < Decided)
        {
            i++;
        }

        var bound = TimeSpan.FromSeconds(1L << i);
        return bound < _longest || i == 0 ? bound : _longest;
    }
}
