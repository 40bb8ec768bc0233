using Ganglion.Events;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    /// <exception cref="EventDataException">The data cannot be read as this type.</exception>
    internal TData ReadData<TData>(string? channel)
        where TData : notnull => _surroundings.Data.Read<TData>(Event, channel);

    private static CloudEvent WithData(CloudEvent @event, EventData data) =>
        @event with { DataContentType = data.ContentType, DataSchema = data.Schema, Data = data.Bytes };
}
