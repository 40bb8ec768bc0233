using Ganglion.Guards;
using Ganglion.Oversight;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>Counts what a replay finds.</summary>
/// <param name="replay">What is replayed.</param>
internal sealed class GuardReplayCount(GuardReplay replay)
{
    private static readonly VerdictKind?[] Kinds = [VerdictKind.Pass, VerdictKind.Change, VerdictKind.Escalate, VerdictKind.Block, null];

    private readonly long[] _now = new long[Kinds.Length];
    private readonly long[] _then = new long[Kinds.Length];
    private long _events;
    private long _different;

    public void Add(ReplayedEvent one)
    {
        _events++;
        _different += one.IsDifferent ? 1 : 0;
        _now[Array.IndexOf(Kinds, one.Now.Kind)]++;
        _then[Array.IndexOf(Kinds, one.Then.Kind)]++;
    }

    public GuardReplayLine ToLine(bool isOver)
    {
        IEnumerable<VerdictCountView> counts = Kinds.Select((kind, i) => new VerdictCountView(ReplayedVerdictView.NameOf(kind), _now[i], _then[i]));
        return new GuardReplayLine
        {
            Summary = new GuardReplaySummary(
                isOver, _events, _different, [.. counts.Where(count => count.Now + count.Then > 0)], replay.Guard.Description.Version)
            {
                Now = replay.Against?.Description.Version,
            },
        };
    }
}
