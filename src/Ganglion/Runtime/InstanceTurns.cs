using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Journal;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Failures;
using Ganglion.Runtime.Inputs;
using Ganglion.Runtime.Scheduling;
using Ganglion.State;
using Ganglion.Telemetry;

namespace Ganglion.Runtime;

/// <summary>What happens between reading and committing: the turns of instances, retries, timers.</summary>
internal sealed class InstanceTurns
{
    private readonly AgentTopics _topics;
    private readonly OwnedPartitions _owned;
    private readonly InvocationPipeline _pipeline;
    private readonly FailurePolicy _failures;
    private readonly CommitQueue _commits;
    private readonly TimeProvider _time;
    private readonly AgentMetrics _metrics;
    private readonly LaneQueue _ready;
    private readonly TurnScheduler<BusyInstance> _scheduler;
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InstanceTurns(
        AgentTopics topics,
        OwnedPartitions owned,
        InvocationPipeline pipeline,
        FailurePolicy failures,
        CommitQueue commits,
        AgentMetrics metrics,
        int concurrency,
        TimeProvider time)
    {
        _topics = topics;
        _owned = owned;
        _pipeline = pipeline;
        _failures = failures;
        _commits = commits;
        _time = time;
        _metrics = metrics;
        _ready = new LaneQueue(concurrency, time);
        _scheduler = new TurnScheduler<BusyInstance>(concurrency, _ready, TakeTurn);
    }

    /// <summary>
    /// Fails when nobody knows what became of a turn, so that all begins again from the last commit. A handler's failure is none of these.
    /// </summary>
    public Task Broken => _broken.Task;

    /// <summary>All is to begin again from the last commit.</summary>
    public void Break(Exception exception) => _broken.TrySetException(exception);

    /// <inheritdoc cref="TurnScheduler{TInstance}.Enqueue"/>
    public void Schedule(BusyInstance instance) => _scheduler.Enqueue(instance);

    /// <inheritdoc cref="TurnScheduler{TInstance}.Abandon"/>
    public void Abandon(BusyInstance instance) => _scheduler.Abandon(instance.Lane);

    /// <summary>The lanes of what the agent reads are other ones.</summary>
    public void ChangeLanes(IReadOnlyList<LaneTopics> channels)
    {
        foreach (BusyInstance instance in _ready.Change(channels))
        {
            _scheduler.Enqueue(instance);
        }

        _scheduler.Wake();
    }

    /// <summary>A handler blocks its thread: its turn ends with this.</summary>
    public void GiveUp(Invocation invocation, HandlerBlockedException blocked)
    {
        ReadyLane? lane = invocation.Instance!.Lane;
        try
        {
            EndTurn(invocation, _failures.Decide(invocation, blocked));
        }
        catch (Exception exception)
        {
            Break(exception);
        }

        _scheduler.Abandon(lane);
    }

    /// <summary>A timer is due: its event goes to the inbox.</summary>
    public void Fire(InputPartition inbox, Record timer)
    {
        string id = System.Text.Encoding.UTF8.GetString(timer.Key!.Value.Span);
        _commits.Add(new CommitEntry(inbox)
        {
            Records =
            [
                new(_topics.Inbox, TimerCodec.ReadEvent(timer), inbox.Id.Partition),
                new(_topics.Timers, TimerCodec.Tombstone(id), inbox.Id.Partition),
            ],
            TimerRange = new RecordRange(1, 1),
        });
        FaultHook.Reach(FaultPoints.TimerFired);
    }

    /// <summary>Goes on with what was put aside for an instance, if it is free.</summary>
    /// <param name="partition">The instance's partition.</param>
    /// <param name="key">The instance's key.</param>
    /// <param name="finished">What was put aside and is finished; <see langword="null"/>: something else is.</param>
    public void GoOnWithDeferred(AgentPartition partition, string key, DeferredEvent? finished)
    {
        if (partition.Held.TakeNext(key, finished) is { } next)
        {
            _ = GoOnWithAsync(partition, next);
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
            Break(exception);
            return default;
        }
    }

    private ValueTask BeginTurn(BusyInstance instance)
    {
        if (instance.Partition.BeginTurn(instance) is not { } invocation)
        {
            return default;
        }

        if (instance.Lane is { Channel: { } channel } lane && invocation is { Attempts: 0, Operation: null })
        {
            _metrics.BeganInLane(channel.Name, lane.Name, lane.Settings.Within, _time.GetUtcNow() - invocation.Record.Timestamp);
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
            Break(exception);
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

        if (retryAfter is null && invocation is { IsGivenUp: false, SkipsHandler: false })
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

        if (invocation is { SkipsHandler: false, Open: { } over } && (!invocation.Waits || invocation.IsGivenUp))
        {
            held.Release(invocation.Key!, over.Id);
        }

        GoOnWithDeferred(invocation.Instance.Partition, invocation.Key!, invocation.Deferred);
    }

    private async Task GoOnWithAsync(AgentPartition partition, DeferredEvent deferred)
    {
        try
        {
            var inbox = new TopicPartition(_topics.Inbox, partition.Number);
            Record record = await partition.Deferred.ReadAsync(deferred, partition.Lost).ConfigureAwait(false);
            if (!_owned.Inputs.TryGetValue(inbox, out InputPartition? input) || input.AgentPartition != partition)
            {
                // The partition is lost. If it has come again, it goes on with the event by itself.
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
                GoOnWithDeferred(partition, deferred.Key, finished: deferred);
            }
            else if (partition.Arrive(invocation) is { } instance)
            {
                _scheduler.Enqueue(instance);
            }
        }
        catch (OperationCanceledException) when (partition.IsLost)
        {
        }
        catch (Exception exception)
        {
            Break(exception);
        }
    }

    // The instance keeps its place before all its other events; nobody else waits.
    private async Task RetryAsync(BusyInstance instance, TimeSpan pause)
    {
        await Task.Delay(pause, _time, instance.Partition.Lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _scheduler.Enqueue(instance);
    }
}
