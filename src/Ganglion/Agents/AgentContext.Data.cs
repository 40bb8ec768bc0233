using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    /// <exception cref="EventDataException">The data cannot be read as this type.</exception>
    internal TData ReadData<TData>(string? channel)
        where TData : notnull => _surroundings.Data.Read<TData>(Event, channel);

    private static CloudEvent WithData(CloudEvent @event, EventData data) =>
        @event with { DataContentType = data.ContentType, DataSchema = data.Schema, Data = data.Bytes };

    // State is JSON whatever the channels are: it is no part of them. Upcasters of state are registered for the type "agent.state".
    private TState ReadState<TState>(StoredState state)
        where TState : notnull => _surroundings.Data.Read<TState>(new CloudEvent
        {
            Id = Event.Id,
            Source = _surroundings.Source,
            Type = _surroundings.StateType,
            DataContentType = state.ContentType,
            Data = state.Data,
        });

    private StoredState WriteState<TState>(TState state)
        where TState : notnull
    {
        EventData written = _surroundings.Data.Write(state);
        return new StoredState(written.Bytes, written.ContentType);
    }
}
