using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Runtime.Commits;
using Ganglion.State;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Steps;

internal sealed partial class CollectStep(AgentTopics topics, int mostSnapshotBytes, AgentServices services, JournalWriter journals) : ITurnStep
{
    private readonly ILogger _logger = services.Logger;
    private int _hasWarned;

    public ValueTask RunAsync(Invocation invocation)
    {
        if (invocation.Context is not { } context)
        {
            return default;
        }

        FaultHook.Reach(FaultPoints.HandlerReturned);
        if (!invocation.Waits)
        {
            Finish(context);
        }

        invocation.ResetRecords(context.Published);
        if (context.TakeStateWrites() is { Count: > 0 } writes)
        {
            CollectState(invocation, context, writes);
        }

        if (context.Execution is { IsJournaled: true } execution)
        {
            journals.Collect(invocation, execution);
        }

        if (context.Timers is { Count: > 0 } timers)
        {
            CollectTimers(invocation, timers);
        }

        invocation.Context = null;

        return default;
    }

    private static void Finish(AgentContext context)
    {
        if (context.Execution is { IsJournaled: true })
        {
            context.GiveUpWaits();
        }

        context.SendReply();
    }

    private void CollectState(Invocation invocation, AgentContext context, IReadOnlyList<StateWrite> writes)
    {
        List<ProducerRecord> records = invocation.Records ??= new List<ProducerRecord>(writes.Count);
        BusyInstance instance = invocation.Instance!;
        var log = new StateRecords(records, topics.State, instance, context, services.Source);
        int first = records.Count;
        StoredState? state = instance.State;
        foreach (StateWrite write in writes)
        {
            state = log.Add(state, write);
        }

        if (state is { IsDueForSnapshot: true } && TakeSnapshot(context) is { } snapshot)
        {
            state = log.AddSnapshot(state, snapshot);
            FaultHook.Reach(FaultPoints.StateSnapshotted);
        }

        invocation.StateRange = RecordRange.From(first, records);
        instance.State = state;
        instance.Partition.State.Set(instance.Key, state);
    }

    // The state is on the log without it, and goes on in changes.
    private StoredValue? TakeSnapshot(AgentContext context)
    {
        try
        {
            return context.TakeSnapshot(mostSnapshotBytes);
        }
        catch (StateException exception)
        {
            if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
            {
                LogNoSnapshot(exception, context.Self);
            }

            return null;
        }
    }

    private void CollectTimers(Invocation invocation, List<TimerChange> timers)
    {
        List<ProducerRecord> records = invocation.Records ??= new List<ProducerRecord>(timers.Count);
        int first = records.Count;
        int partition = invocation.Input.AgentPartition!.Number;
        foreach (TimerChange timer in timers)
        {
            Record record = timer.Event is { } @event ? TimerCodec.Write(timer.Id, timer.Due, @event) : TimerCodec.Tombstone(timer.Id);
            records.Add(new ProducerRecord(topics.Timers, record, partition));
        }

        invocation.TimerRange = RecordRange.From(first, records);
    }

    [LoggerMessage(122, LogLevel.Warning, "No snapshot of the state of {Instance} can be written: it goes on in changes, and takes ever longer to read. Others of which that is so are not told.")]
    private partial void LogNoSnapshot(Exception exception, AgentId instance);
}
