using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Journal;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Inputs;
using Ganglion.State;

namespace Ganglion.Runtime;

// What happens between the two loops: the turns of instances, retries, timers.
internal sealed partial class Subscription : ICommitWatcher
{
    // A handler's failure is none of these: nobody knows what became of the turn, so all begins again from the last commit.
    private readonly TaskCompletionSource _turnsBroken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    void ICommitWatcher.OnClosed() => PumpAll();

    void ICommitWatcher.OnCommitted() => PumpAll();

    private void PumpAll()
    {
        foreach (InputPartition input in _inputs.Values)
        {
            _intake.Pump(input);
        }
    }

    private ValueTask TakeTurn(BusyInstance instance)
    {
        try
        {
            return BeginTurn(instance);
        }
        catch (Exception exception)
        {
            _turnsBroken.TrySetException(exception);
            return default;
        }
    }

    private ValueTask BeginTurn(BusyInstance instance)
    {
        if (instance.Partition.BeginTurn(instance) is not { } invocation)
        {
            return default;
        }

        ValueTask<TimeSpan?> turn = _pipeline.TakeTurnAsync(invocation);
        if (!turn.IsCompletedSuccessfully)
        {
            return EndTurnAsync(invocation, turn);
        }

        EndTurn(invocation, turn.Result);
        return default;
    }

    private async ValueTask EndTurnAsync(Invocation invocation, ValueTask<TimeSpan?> turn)
    {
        try
        {
            EndTurn(invocation, await turn.ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            _turnsBroken.TrySetException(exception);
        }
    }

    private void EndTurn(Invocation invocation, TimeSpan? retryAfter)
    {
        BusyInstance instance = invocation.Instance!;
        if (retryAfter is null && !invocation.IsCommitted)
        {
            FaultHook.Reach(FaultPoints.TurnCollected);
            _commits.Add(invocation);
        }

        if (retryAfter is null)
        {
            Hold(invocation);
        }

        if (retryAfter is null && invocation is { IsGivenUp: false, IsInVain: false })
        {
            instance.Partition.Suspension.Succeeded();
        }
        else
        {
            instance.Partition.Suspension.Passed(instance);
        }

        if (instance.Partition.EndTurn(instance, isFinished: retryAfter is null))
        {
            _scheduler.Enqueue(instance);
        }
        else if (retryAfter is { } pause)
        {
            _ = RetryAsync(instance, pause);
        }
    }

    private void GiveUpTurn(Invocation invocation, HandlerBlockedException blocked)
    {
        try
        {
            EndTurn(invocation, _failures.Decide(invocation, blocked));
        }
        catch (Exception exception)
        {
            _turnsBroken.TrySetException(exception);
        }

        _scheduler.Abandon();
    }

    // An exclusive handler that waits keeps its instance; what was put aside for it goes on when it is over, one after the other.
    private void Hold(Invocation invocation)
    {
        HeldInstances held = invocation.Instance!.Partition.Held;
        if (invocation is { Waits: true, IsGivenUp: false, Handler.IsExclusive: true })
        {
            held.Hold(invocation.Key!, invocation.Open!.Id);
        }
        else if (held.IsEmpty)
        {
            return;
        }

        if (invocation is { IsInVain: false, Open: { } over } && (!invocation.Waits || invocation.IsGivenUp))
        {
            held.Release(invocation.Key!, over.Id);
        }

        GoOnWithDeferred(invocation.Instance.Partition, invocation.Key!, invocation.Deferred);
    }

    private void GoOnWithDeferred(AgentPartition home, string key, DeferredEvent? finished)
    {
        if (home.Held.TakeNext(key, finished) is { } next)
        {
            _ = GoOnWithAsync(home, next);
        }
    }

    private async Task GoOnWithAsync(AgentPartition home, DeferredEvent deferred)
    {
        try
        {
            var inbox = new TopicPartition(_topics.Own.Inbox, home.Number);
            Record record = await home.Held.ReadAsync(deferred, home.Lost).ConfigureAwait(false);
            if (!_inputs.TryGetValue(inbox, out InputPartition? input))
            {
                return;
            }

            FaultHook.Reach(FaultPoints.EventResumed);
            var invocation = new Invocation(input, record)
            {
                Deferred = deferred,
            };
            if (!_pipeline.Arrive(invocation))
            {
                _commits.Add(invocation);
                GoOnWithDeferred(home, deferred.Key, finished: deferred);
            }
            else if (home.Arrive(invocation) is { } instance)
            {
                _scheduler.Enqueue(instance);
            }
        }
        catch (OperationCanceledException) when (home.IsLost)
        {
        }
        catch (Exception exception)
        {
            _turnsBroken.TrySetException(exception);
        }
    }

    // The instance keeps its place before all its other events; nobody else waits.
    private async Task RetryAsync(BusyInstance instance, TimeSpan pause)
    {
        await Task.Delay(pause, _surroundings.Time, instance.Partition.Lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _scheduler.Enqueue(instance);
    }

    private void Fire(InputPartition inbox, Record timer)
    {
        string id = System.Text.Encoding.UTF8.GetString(timer.Key!.Value.Span);
        _commits.Add(new CommitEntry(inbox)
        {
            Records =
            [
                new(_topics.Own.Inbox, TimerCodec.ReadEvent(timer), inbox.Id.Partition),
                new(_topics.Own.Timers, TimerCodec.Tombstone(id), inbox.Id.Partition),
            ],
            TimersAt = 1,
        });
        FaultHook.Reach(FaultPoints.TimerFired);
    }
}
