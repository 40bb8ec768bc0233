using Ganglion.Agents;

namespace FaultProcess;

/// <summary>What the auditor of a region remembers, by what it has noted.</summary>
internal sealed class AuditBook : IApply<Audited>
{
    public List<int> Numbers { get; init; } = [];

    public void Apply(Audited change) => Numbers.Add(change.Number);
}
