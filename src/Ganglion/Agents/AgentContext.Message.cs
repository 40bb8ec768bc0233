using Ganglion.Events;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    /// <summary>The topic that the event was published to; <see langword="null"/> if it was addressed to the instance.</summary>
    internal TopicId? Topic { get; init; }

    /// <summary>The event, seen as a message.</summary>
    internal MessageContext Message => new(this);

    /// <summary>
    /// Sends an instance of an agent a message, and waits for its reply, as <see cref="CallAsync{TReply}"/> does. The recipient has an
    /// <see cref="IHandle{T}"/> or an <see cref="IHandle{TIn, TOut}"/> for the type of the message.
    /// </summary>
    /// <typeparam name="TReply">The type of the reply.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="recipient">The instance.</param>
    /// <param name="timeout">How long to wait at most; then the recipient is told to give up. Default: for ever.</param>
    /// <param name="cancellationToken">Ends the waiting, and tells the recipient to give up; see <see cref="AskAsync"/> for who may cancel it.</param>
    /// <inheritdoc cref="CallAsync{TReply}" path="/returns"/>
    /// <inheritdoc cref="CallAsync{TReply}" path="/exception"/>
    public Task<TReply> SendMessageAsync<TReply>(
        object message, AgentId recipient, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        where TReply : notnull
    {
        ArgumentNullException.ThrowIfNull(message);
        return CallAsync<TReply>(recipient, EventTypeAttribute.NameOf(message.GetType()), message, timeout, cancellationToken);
    }

    /// <inheritdoc cref="SendMessageAsync{TReply}"/>
    /// <returns>Completes when the recipient has handled the message, whatever it has replied.</returns>
    public Task SendMessageAsync(
        object message, AgentId recipient, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return CallAsync(recipient, EventTypeAttribute.NameOf(message.GetType()), message, timeout, cancellationToken);
    }

    /// <summary>
    /// Publishes a message to a topic, for whoever subscribes to it. The type of its event is what <see cref="EventTypeAttribute.NameOf"/>
    /// says; else it is as <see cref="Publish{TData}"/>.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="topic">The topic; its source decides which instances handle the message.</param>
    public void PublishMessage(object message, TopicId topic)
    {
        ArgumentNullException.ThrowIfNull(message);
        string name = TopicOf(topic.Type);
        lock (_lock)
        {
            ThrowIfClosed();
            CloudEvent @event = NewEvent(EventTypeAttribute.NameOf(message.GetType()), topic.Type, message);
            Send(name, @event with { Extensions = MessageSender.ExtensionOf(Self) }, topic.Source);
        }
    }
}
