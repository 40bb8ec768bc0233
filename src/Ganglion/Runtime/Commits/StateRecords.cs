using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Runtime.Commits;

/// <summary>Adds to the records of a turn what it has done with its instance's state, each as an event of its own.</summary>
/// <param name="records">Where to.</param>
/// <param name="topic">The agent's topic of states.</param>
/// <param name="instance">The instance.</param>
/// <param name="context">The turn.</param>
/// <param name="source">The agent, as the source of events.</param>
internal readonly struct StateRecords(List<ProducerRecord> records, string topic, BusyInstance instance, AgentContext context, string source)
{
    private readonly int _first = records.Count;

    /// <returns>The state after it.</returns>
    public StoredState? Add(StoredState? state, StateWrite write)
    {
        if (write.Change is { } change)
        {
            int slot = state?.Changes.Count ?? 0;
            StoredState changed = StoredState.Change(state, change);
            Add(StateCodec.WriteChange(Envelope(), instance.Key, slot, change, changed.Version));
            return changed;
        }

        StoredState? set = write.Value is { } value ? StoredState.Set(state, value) : null;
        Add(StateCodec.WriteValue(Envelope(), instance.Key, write.Value, set?.Version ?? (state?.Version ?? 0) + 1, isSnapshot: false));
        for (int slot = 0; set is null && slot < state?.Slots; slot++)
        {
            Add(StateCodec.Tombstone(instance.Key, slot));
        }

        return set;
    }

    /// <returns>The state with the snapshot.</returns>
    public StoredState AddSnapshot(StoredState state, StoredValue snapshot)
    {
        Add(StateCodec.WriteValue(Envelope(), instance.Key, snapshot, state.Version, isSnapshot: true));
        return state.WithSnapshot(snapshot);
    }

    private void Add(Record record) => records.Add(new ProducerRecord(topic, record, instance.Partition.Number));

    private CloudEvent Envelope()
    {
        // An id of its own for each event of the turn.
        string id = context.StateEventId();
        return new CloudEvent
        {
            Id = records.Count == _first ? id : $"{id}/{records.Count - _first}",
            Source = source,
            Type = StateCodec.StateUpdated,
            Time = context.Now,
            CorrelationId = context.Event.CorrelationId ?? context.Event.Id,
            CausationId = context.CauseId,
        };
    }
}
