namespace Ganglion.Agents;

/// <summary>An agent reads the topic of a type: a message is handled by the instance whose key is the source of its <see cref="TopicId"/>.</summary>
/// <param name="TopicType">The <see cref="TopicId.Type"/>.</param>
/// <param name="AgentType">The agent.</param>
public sealed record TypeSubscription(string TopicType, AgentType AgentType) : AgentSubscription(AgentType);
