namespace Ganglion.Agents;

/// <summary>Names an agent. The name outlives the class: its topics and its consumer group carry it.</summary>
/// <param name="name">The agent's type, as <see cref="AgentType"/> allows it.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AgentAttribute(string name) : Attribute
{
    /// <summary>The agent's type.</summary>
    public string Name { get; } = name;
}
