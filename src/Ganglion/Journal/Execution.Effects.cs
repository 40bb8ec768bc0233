using Ganglion.Journal.Entries;

namespace Ganglion.Journal;

// Effects: begun here, done on the thread pool, and taken back on the handler's turn.
internal sealed partial class Execution
{
    private readonly List<PendingOperation> _done = [];
    private Action<PendingOperation>? _onDone;
    private int _begun;
    private int _working;
    private Task? _failure;

    // After a failure, or when it is cancelled, nothing new is begun: the handler is to run again, and what is under way is to be recorded before.
    private void DoEffects()
    {
        if (_failure is not null || owner.IsInterrupted)
        {
            return;
        }

        for (; _operations is not null && _begun < _operations.Count; _begun++)
        {
            if (_operations[_begun] is { IsToBeDone: true, HasEnded: false } effect)
            {
                _working++;
                effect.Begin(_onDone ??= OnDone);
            }
        }
    }

    private void OnDone(PendingOperation effect)
    {
        lock (_done)
        {
            _done.Add(effect);
        }

        _continuations.Signal();
    }

    // Whether there is something new: an outcome, which is then in the journal, or a failure.
    private bool TakeDone()
    {
        lock (_done)
        {
            if (_done.Count == 0)
            {
                return false;
            }

            _working -= _done.Count;
            DateTimeOffset at = time.GetUtcNow();
            foreach (PendingOperation effect in _done)
            {
                if (effect.Work is { IsCompletedSuccessfully: true, Result: var outcome })
                {
                    Journal.Add(new OutcomeEntry(effect.Operation, outcome, at));
                }
                else
                {
                    _failure ??= effect.Work;
                }
            }

            _done.Clear();
            return true;
        }
    }
}
