namespace Ganglion.Agents;

/// <summary>Names an agent. The name outlives the class: its topics and its consumer group carry it.</summary>
/// <param name="name">The agent's type, as <see cref="AgentType"/> allows it.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AgentAttribute(string name) : Attribute
{
    /// <summary>The agent's type.</summary>
    public string Name { get; } = name;

    /// <summary>The version that its hosts tell others of, such as <c>2.1</c>. Default: none.</summary>
    public string? Version { get; set; }

    /// <summary>What the agent does, for people and for models that choose among agents. Default: none.</summary>
    public string? Description { get; set; }

    /// <summary>What the agent can be found by, such as <c>classify</c>. Default: nothing.</summary>
    public string[] Capabilities { get; set; } = [];
}
