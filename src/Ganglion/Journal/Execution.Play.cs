using Ganglion.Journal.Entries;

namespace Ganglion.Journal;

// What was recorded, played to the handler; and how it is noticed that the handler does not fit it.
internal sealed partial class Execution
{
    private Dictionary<int, Operation>? _known;
    private int _played;

    /// <summary>Whether there is more to come of what was recorded: the handler is where it has been before.</summary>
    public bool IsPlaying => _played < Entries && Journal.FindIndex(_played, entry => entry is OutcomeEntry or WaitEntry or CancelledEntry) >= 0;

    private int Entries => _journal?.Count ?? 0;

    private static Dictionary<int, Operation> KnownOperations(List<JournalEntry> journal)
    {
        var known = new Dictionary<int, Operation>();
        foreach (JournalEntry entry in journal)
        {
            IEnumerable<Operation> operations = entry switch
            {
                OutcomeEntry outcome => [outcome.Operation],
                WaitEntry wait => wait.For,
                _ => [],
            };
            foreach (Operation operation in operations)
            {
                known[operation.Number] = operation;
            }
        }

        return known;
    }

    // What the turn before has sent is committed. From here to the next wait it is one turn.
    private void BeginTurn()
    {
        StateEntry? seen = null;
        _hasTurn = false;
        int i = _played;
        for (; i < Journal.Count && Journal[i] is not WaitEntry; i++)
        {
            seen ??= Journal[i] is StateAtEntry at ? new StateEntry(owner.StateAt(at.Version)) : Journal[i] as StateEntry;
            if (Journal[i] is TurnEntry turn && !_hasTurn)
            {
                _hasTurn = true;
                _now = turn.At;
            }
        }

        owner.BeginTurn(seen, isOver: i < Journal.Count);
    }

    // Hands the next recorded outcome over. False: the handler is live.
    private bool PlayNext()
    {
        while (_played < Entries)
        {
            switch (Journal[_played++])
            {
                case OutcomeEntry outcome:
                    HandOver(outcome);
                    return true;
                case CancelledEntry cancelled:
                    _now = cancelled.At;
                    CancelAll();
                    return true;
                case WaitEntry wait:
                    if (!wait.For.SequenceEqual(Pending))
                    {
                        throw Diverged($"recorded was to wait for {List(wait.For)}, and now it waits for {List(Pending)}");
                    }

                    BeginTurn();
                    break;
                default:
                    break;
            }
        }

        return false;
    }

    private void HandOver(OutcomeEntry outcome)
    {
        if (outcome.Operation.Number >= (_operations?.Count ?? 0))
        {
            throw Diverged($"recorded was {outcome.Operation}, and the handler has not asked for it");
        }

        PendingOperation pending = _operations![outcome.Operation.Number];
        if (_played > Recorded)
        {
            pending.Check(outcome.Outcome);
        }

        _now = outcome.At;
        Answer = outcome.Outcome.Event ?? Answer;
        SynchronizationContext? before = _continuations.Enter();
        try
        {
            pending.End(outcome.Outcome);
        }
        finally
        {
            _continuations.Leave(before);
        }
    }

    private void CancelAll()
    {
        SynchronizationContext? before = _continuations.Enter();
        try
        {
            foreach (PendingOperation pending in Unended.ToArray())
            {
                pending.End(Outcome.Cancelled);
            }
        }
        finally
        {
            _continuations.Leave(before);
        }
    }

    private void ThrowIfMoreIsRecorded()
    {
        for (; _played < Entries; _played++)
        {
            if (Journal[_played] is OutcomeEntry outcome)
            {
                throw Diverged($"recorded was {outcome.Operation}, and the handler has returned without asking for it");
            }

            if (Journal[_played] is WaitEntry wait)
            {
                throw Diverged($"recorded was to wait for {List(wait.For)}, and the handler has returned");
            }
        }
    }

    private JournalException Diverged(string how) => Fault(
        "journal-diverged",
        $"The handler of {owner.Instance} does not fit its journal: {how}. Its code has changed while it waited, or it is not deterministic. Bring the old code back, or let old invocations finish on a handler of their own version.");

    private static string List(IEnumerable<Operation> operations) => string.Join(" and ", operations) is { Length: > 0 } list ? list : "nothing";
}
