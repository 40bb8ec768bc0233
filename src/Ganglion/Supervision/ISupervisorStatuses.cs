namespace Ganglion.Supervision;

/// <summary>Tells how the supervisors of this host are doing: a service of every host that has been given agents.</summary>
public interface ISupervisorStatuses
{
    /// <summary>All supervisors of the host, as they are now, the root first; none before it has started.</summary>
    IReadOnlyList<SupervisorStatus> List();
}
