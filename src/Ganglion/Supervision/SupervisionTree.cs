using Microsoft.Extensions.Logging;

namespace Ganglion.Supervision;

/// <summary>The supervisors of a host, and the agents under them.</summary>
internal sealed class SupervisionTree : IDisposable
{
    private readonly Dictionary<string, Supervisor> _supervisors;

    /// <summary>Builds the tree; nothing of it starts.</summary>
    /// <param name="supervisors">The supervisors, the root among them, each under one of them and none under itself.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told about restarts.</param>
    public SupervisionTree(IReadOnlyDictionary<string, SupervisorOptions> supervisors, TimeProvider time, ILogger logger)
    {
        _supervisors = supervisors.ToDictionary(
            supervisor => supervisor.Key, supervisor => new Supervisor(supervisor.Key, supervisor.Value, time, logger), StringComparer.Ordinal);
        Options = supervisors;
        Root = _supervisors[SupervisorOptions.Root];
    }

    /// <summary>The options of the supervisors.</summary>
    public IReadOnlyDictionary<string, SupervisorOptions> Options { get; }

    public Supervisor Root { get; }

    /// <summary>How the supervisors are doing, the root first.</summary>
    public IReadOnlyList<SupervisorStatus> Statuses => [Root.Status, .. _supervisors.Values.Where(one => one != Root).Select(one => one.Status)];

    public Supervisor this[string name] => _supervisors[name];

    public void Dispose()
    {
        foreach (Supervisor supervisor in _supervisors.Values)
        {
            supervisor.Dispose();
        }
    }
}
