namespace Ganglion.Agents;

/// <summary>
/// An agent reads all topics whose names begin with a prefix, also those that come into being later. Topics of Ganglion itself
/// (<c>ganglion.…</c>, and those that belong to agents, such as <c>….inbox</c>) and dead letters are not among them.
/// </summary>
/// <param name="TopicTypePrefix">What the <see cref="TopicId.Type"/> begins with.</param>
/// <param name="AgentType">The agent.</param>
public sealed record TypePrefixSubscription(string TopicTypePrefix, AgentType AgentType) : AgentSubscription(AgentType);
