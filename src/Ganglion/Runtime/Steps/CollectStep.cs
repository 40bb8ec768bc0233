using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Runtime.Commits;
using Ganglion.State;

namespace Ganglion.Runtime.Steps;

internal sealed class CollectStep(AgentTopics topics, AgentSurroundings surroundings, JournalWriter journals) : ITurnStep
{
    /// <summary>The type of the events on the state's topic.</summary>
    public const string StateUpdated = "agent_state_updated";

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

        invocation.Records = context.Published;
        invocation.StateAt = -1;
        invocation.TimersAt = -1;
        if (context.StateChanged)
        {
            CollectState(invocation, context);
        }

        invocation.JournalAt = -1;
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

    private void CollectState(Invocation invocation, AgentContext context)
    {
        List<ProducerRecord> records = invocation.Records ??= new List<ProducerRecord>(1);
        Instance instance = invocation.Instance!;
        invocation.StateAt = records.Count;
        records.Add(new ProducerRecord(topics.State, StateRecord(context), instance.Partition.Number));
        instance.State = context.State;
        instance.Partition.State.Set(instance.Key, context.State);
    }

    private Record StateRecord(AgentContext context)
    {
        ReadOnlyMemory<byte> key = Encoding.UTF8.GetBytes(context.Self.Key);
        return EventCodec.Encode(
            new CloudEvent
            {
                Id = context.StateEventId(),
                Source = surroundings.Source,
                Type = StateUpdated,
                Time = context.Now,
                CorrelationId = context.Event.CorrelationId ?? context.Event.Id,
                CausationId = context.CauseId,
                DataContentType = context.State?.ContentType,
                Data = context.State?.Data,
            },
            key);
    }

    private void CollectTimers(Invocation invocation, List<TimerChange> timers)
    {
        List<ProducerRecord> records = invocation.Records ??= new List<ProducerRecord>(timers.Count);
        invocation.TimersAt = records.Count;
        int partition = invocation.Input.Home!.Number;
        foreach (TimerChange timer in timers)
        {
            Record record = timer.Event is { } @event ? TimerQueue.ToRecord(timer.Id, timer.Due, @event) : TimerQueue.ToTombstone(timer.Id);
            records.Add(new ProducerRecord(topics.Timers, record, partition));
        }
    }
}
