using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Journal.Entries;

namespace Ganglion.Journal;

/// <summary>
/// A handler that runs, and its journal: what was recorded is played to it in its order, what it does beyond that is recorded. After
/// each outcome everything runs that can run, so that a handler which runs again sees the same at each point.
/// </summary>
/// <param name="owner">Whose journal it is.</param>
/// <param name="journal">What was recorded, and then, for an invocation that waited, the turn and the outcome that it goes on with.</param>
/// <param name="recorded">How many of these entries lie on the log.</param>
/// <param name="version">The version of the handler.</param>
/// <param name="time">The clock.</param>
internal sealed partial class Execution(IJournaled owner, List<JournalEntry>? journal, int recorded, int version, TimeProvider time)
{
    private readonly Continuations _continuations = new();
    private List<JournalEntry>? _journal = journal;
    private List<PendingOperation>? _operations;
    private bool _hasTurn;
    private DateTimeOffset? _now;
    private Exception? _fault;

    /// <summary>Whether the handler has begun an operation, or has a journal.</summary>
    public bool IsJournaled => _operations is not null || _journal is not null;

    /// <summary>What has happened so far, recorded or not.</summary>
    public List<JournalEntry> Journal => _journal ??= [];

    /// <summary>How many entries of <see cref="Journal"/> lie on the log.</summary>
    public int Recorded { get; private set; } = recorded;

    /// <summary>The operations that have not ended, as they were begun here.</summary>
    public IEnumerable<PendingOperation> Unended => (_operations ?? []).Where(pending => !pending.HasEnded);

    /// <summary>The operations that have not ended.</summary>
    public IEnumerable<Operation> Pending => Unended.Select(pending => pending.Operation);

    /// <summary>How many turns have ended with waiting, this one included if it has.</summary>
    public int Turn => _journal?.Count(entry => entry is WaitEntry) ?? 0;

    /// <summary>
    /// When it was first asked in the turn, or the last outcome came: the same whenever the handler runs. For one that awaits what no journal
    /// knows, and so has none, time goes on.
    /// </summary>
    public DateTimeOffset Now => _continuations.CameFromElsewhere ? time.GetUtcNow() : _now ??= time.GetUtcNow();

    /// <summary>The answer that came last: the same at each point of the handler whenever it runs.</summary>
    public CloudEvent? Answer { get; private set; }

    /// <summary>Calls the handler, up to where it first waits.</summary>
    /// <param name="call">Calls it.</param>
    public ValueTask Start(Func<ValueTask> call)
    {
        if (_journal is not null)
        {
            _known = KnownOperations(_journal);
            BeginTurn();
        }

        SynchronizationContext? before = _continuations.Enter();
        try
        {
            return call();
        }
        finally
        {
            _continuations.Leave(before);
        }
    }

    /// <summary>The handler waits for something.</summary>
    /// <exception cref="JournalException">It does not fit its journal, or is not where its journal can follow.</exception>
    public PendingOperation BeginOperation(
        OperationKind kind, string name, AwaitedAnswer? answer = null, Func<int, Task<Outcome>>? work = null, Action<Outcome>? check = null)
    {
        if (!_continuations.IsRunningHere)
        {
            throw Fault("handler-left-its-turn", $"{Describe(kind, name)} was begun outside of the handler's turn. Begin it in the handler itself: not in Task.Run, and not behind ConfigureAwait(false).");
        }

        _operations ??= [];
        var operation = new Operation(_operations.Count, kind, name, answer);
        if (_known?.GetValueOrDefault(operation.Number, operation) is { } known && known != operation)
        {
            throw Diverged($"recorded was {known}, and asked was {operation}");
        }

        var pending = new PendingOperation(operation, work, check);
        _operations.Add(pending);
        return pending;
    }

    /// <summary>The handler does not wait for an operation any more.</summary>
    public void Cancel(PendingOperation pending)
    {
        if (_continuations.IsRunningHere)
        {
            pending.End(Outcome.Cancelled);
            return;
        }

        // Not thrown: whoever cancels from elsewhere, such as a timer, cannot be told.
        Fault("handler-left-its-turn", $"{Describe(pending.Operation.Kind, pending.Operation.Name)} was cancelled outside of the handler's turn. Cancel it in the handler itself, after a Task.WhenAny with DelayAsync, and not by a clock that the journal does not know.");
        _continuations.Signal();
    }

    /// <summary>Plays the journal, and goes on from there, until the handler has returned or only waits.</summary>
    /// <param name="handling">What <see cref="Start"/> returned.</param>
    /// <returns>Whether it waits. Otherwise it has returned.</returns>
    /// <remarks>
    /// From the first of these steps again whenever one has done something, so that a handler which runs again finds all in the same order:
    /// 1. the handler runs as far as it can, and if it was given up meanwhile, all ends; 2. if it has returned, the turn is over; 3. the next
    /// recorded outcome is handed to it; 4. the effects that it has asked for are begun; 5. what came of those that are done is recorded; 6. one
    /// that has failed fails the turn, once none is under way, and so does a pause that cancels the handler; 7. if it only waits, the turn is over;
    /// 8. effects that are under way are awaited.
    /// </remarks>
    public async Task<bool> FinishTurnAsync(ValueTask handling)
    {
        Task handler = handling.AsTask();
        _ = handler.ContinueWith(
            static (_, continuations) => ((Continuations)continuations!).Signal(), _continuations, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        bool isPrepared = false;
        while (true)
        {
            // 1.
            _continuations.RunAll();
            ThrowIfFaulted();
            if (owner.IsAbandoned)
            {
                throw new OperationCanceledException("The handler was given up.");
            }

            // 2.
            if (handler.IsCompleted)
            {
                await handler.ConfigureAwait(false);
                ThrowIfMoreIsRecorded();
                return false;
            }

            // 3.
            if (PlayNext())
            {
                continue;
            }

            // 4.
            DoEffects();

            // 5. An outcome is on the log before the handler sees it.
            int before = Entries;
            if (TakeDone())
            {
                if (Entries > before)
                {
                    FaultHook.Reach(FaultPoints.EffectDone);
                    await owner.RecordAsync(TakeUnrecorded()).ConfigureAwait(false);
                    FaultHook.Reach(FaultPoints.EffectRecorded);
                }

                continue;
            }

            // 6.
            if (_working == 0 && owner.IsInterrupted)
            {
                throw new OperationCanceledException("The handler was cancelled by a pause.");
            }

            if (_working == 0 && _failure is not null)
            {
                await _failure.ConfigureAwait(false);
            }

            // 7.
            if (_working == 0 && Pending.Any())
            {
                Journal.Add(new WaitEntry([.. Pending]));
                return true;
            }

            // 8. Not before all of this was looked at once more: an effect that was done meanwhile has given no signal.
            if (isPrepared)
            {
                await _continuations.WaitAsync().ConfigureAwait(false);
            }
            else
            {
                _continuations.PrepareToWait();
            }

            isPrepared = !isPrepared;
        }
    }

    /// <summary>The handler was cancelled: what it waits for is looked at once more.</summary>
    public void Interrupt() => _continuations.Signal();

    /// <summary>Gives the handler up: whatever it still does has no effect.</summary>
    public void End() => _continuations.End();

    /// <summary>Adds something that is to be recorded, and that is not played.</summary>
    public void AddUnrecorded(JournalEntry entry)
    {
        Journal.Insert(Recorded, entry);
        _played++;
    }

    /// <summary>Takes what is not recorded yet, to be recorded.</summary>
    public IReadOnlyList<JournalEntry> TakeUnrecorded()
    {
        if (!_hasTurn)
        {
            AddUnrecorded(new TurnEntry(Now, version));
            _hasTurn = true;
        }

        if (owner.TakeSeenState() is { } seen)
        {
            AddUnrecorded(seen is StateEntry whole ? whole with { Before = Journal.OfType<StateEntry>().LastOrDefault()?.State } : seen);
        }

        List<JournalEntry> entries = Journal[Recorded..];
        Recorded = Journal.Count;
        return entries;
    }

    private static string Describe(OperationKind kind, string name) => $"The {kind.ToString().ToLowerInvariant()} '{name}'";

    private void ThrowIfFaulted()
    {
        if (_fault is not null)
        {
            throw _fault;
        }

        if (_continuations.CameFromElsewhere && IsJournaled)
        {
            throw Fault(
                "handler-awaits-elsewhere",
                $"The handler has awaited something that its journal cannot record, before or after {(_operations is { Count: > 0 } ? _operations[^1].Operation : "its first operation")}. "
                    + "Await it within RunAsync; for a pause take DelayAsync; for the time, ids and random numbers take those of the context.");
        }
    }

    // Also a handler that catches it does not get away.
    private JournalException Fault(string code, string message)
    {
        var fault = new JournalException(code, message);
        _fault ??= fault;
        return fault;
    }
}
