namespace Ganglion.Agents;

/// <summary>
/// An agent's class subscribes to the topic of a type, from its beginning and for as long as it has the attribute. What is to come and go
/// while it runs is a <see cref="TypeSubscription"/>.
/// </summary>
/// <param name="topicType">The <see cref="TopicId.Type"/>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class TypeSubscriptionAttribute(string topicType) : Attribute
{
    /// <summary>The <see cref="TopicId.Type"/>.</summary>
    public string TopicType { get; } = topicType;
}
