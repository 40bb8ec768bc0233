using System.Reflection;

namespace Ganglion.Agents;

/// <summary>What an agent tells others of itself.</summary>
internal sealed record AgentDescription(string? Version, string? Description, IReadOnlyList<string> Capabilities)
{
    public static AgentDescription None { get; } = new(null, null, []);

    public static AgentDescription Of(Type agent) => agent.GetCustomAttribute<AgentAttribute>() is { } told
        ? new(told.Version, told.Description, told.Capabilities)
        : None;
}
