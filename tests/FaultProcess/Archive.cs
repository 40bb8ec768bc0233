using Ganglion.Agents;

namespace FaultProcess;

/// <summary>Remembers what is imported into it.</summary>
[Agent("archive")]
internal sealed class Archive : Agent
{
    [OnRequest("count")]
    public int Count(string _, AgentContext context) => context.GetState<AuditBook>()?.Numbers.Count ?? 0;
}
