namespace Ganglion.Agents;

/// <summary>An exclusive handler has the instance for itself, and as many events wait already as may. The event is parked, a request refused.</summary>
public sealed class InstanceBusyException : GanglionException
{
    internal InstanceBusyException(string message)
        : base("instance-busy", message)
    {
    }
}
