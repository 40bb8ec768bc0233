using Ganglion.Agents;

namespace Ganglion.Registry;

/// <summary>A subscription as it lies on the log.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Topic">The type of the topics, or what it begins with.</param>
/// <param name="IsPrefix">Whether it is a prefix.</param>
/// <param name="Starts">
/// Where the topics ended that there were when it was added, by the broker's topic and by partition: what lies before is not for it.
/// </param>
internal sealed record SubscriptionEntry(string Agent, string Topic, bool IsPrefix, IReadOnlyDictionary<string, IReadOnlyList<long>> Starts)
{
    /// <summary>The key under which it lies. Neither names of topics nor of agents hold a slash.</summary>
    public string Key => $"{(IsPrefix ? "prefix" : "type")}/{Topic}/{Agent}";

    public static SubscriptionEntry Of(AgentSubscription subscription, IReadOnlyDictionary<string, IReadOnlyList<long>> starts) => subscription switch
    {
        TypeSubscription type => new(type.AgentType.Name, type.TopicType, IsPrefix: false, starts),
        TypePrefixSubscription prefix => new(prefix.AgentType.Name, prefix.TopicTypePrefix, IsPrefix: true, starts),
        _ => throw new ArgumentException($"{subscription.GetType()} is neither a TypeSubscription nor a TypePrefixSubscription.", nameof(subscription)),
    };

    public AgentSubscription ToSubscription() => IsPrefix
        ? new TypePrefixSubscription(Topic, new AgentType(Agent))
        : new TypeSubscription(Topic, new AgentType(Agent));
}
