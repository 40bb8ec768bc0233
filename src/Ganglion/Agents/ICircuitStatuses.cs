namespace Ganglion.Agents;

/// <summary>Tells how the circuit breakers of this host stand: a service of every host that has Ganglion.</summary>
public interface ICircuitStatuses
{
    /// <summary>All circuit breakers of the host, as they are now.</summary>
    IReadOnlyList<CircuitStatus> List();
}
