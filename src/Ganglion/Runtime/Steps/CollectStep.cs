using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Runtime.Commits;
using Ganglion.State;

namespace Ganglion.Runtime.Steps;

internal sealed class CollectStep(AgentTopics topics, int mostSnapshotBytes, AgentServices services, JournalWriter journals) : ITurnStep
{
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

        if (state is { IsDueForSnapshot: true } && context.TakeSnapshot(mostSnapshotBytes) is { } snapshot)
        {
            state = log.AddSnapshot(state, snapshot);
            FaultHook.Reach(FaultPoints.StateSnapshotted);
        }

        invocation.StateRange = RecordRange.From(first, records);
        instance.State = state;
        instance.Partition.State.Set(instance.Key, state);
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
}
