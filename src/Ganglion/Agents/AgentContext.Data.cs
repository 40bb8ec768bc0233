using Ganglion.Events;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    /// <exception cref="EventDataException">The data cannot be read as this type.</exception>
    internal TData ReadData<TData>(string? channel)
        where TData : notnull => _agentServices.Data.Read<TData>(Event, channel);
}
