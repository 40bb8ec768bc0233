namespace Ganglion.Agents;

/// <summary>How a message has come to its handler.</summary>
public sealed class MessageContext
{
    internal MessageContext(AgentContext agent)
    {
        Agent = agent;
    }

    /// <summary>Everything else: the event, the instance's state, what can be sent, asked, scheduled and done once.</summary>
    public AgentContext Agent { get; }

    /// <summary>The id of the message; the same whenever it comes again.</summary>
    public string MessageId => Agent.Event.Id;

    /// <summary>The instance that has sent the message; <see langword="null"/> if it was no agent.</summary>
    public AgentId? Sender => MessageSender.Read(Agent.Event);

    /// <summary>The topic that the message was published to; <see langword="null"/> if it was sent to this instance.</summary>
    public TopicId? Topic => Agent.Topic;

    /// <summary>Whether the sender awaits a reply.</summary>
    public bool IsRpc => RequestEvents.TryGetReplyTo(Agent.Event, out _);

    /// <inheritdoc cref="AgentContext.CancellationToken"/>
    public CancellationToken CancellationToken => Agent.CancellationToken;
}
