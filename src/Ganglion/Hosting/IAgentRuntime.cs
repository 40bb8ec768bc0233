using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Registry;

namespace Ganglion.Hosting;

/// <summary>
/// The agents, seen from application code: an endpoint, a job, a test. A service of every host that has Ganglion, also of one that hosts no
/// agents itself. Thread-safe.
/// </summary>
/// <remarks>
/// Agents among themselves send by their <see cref="AgentContext"/>: what they wait for survives a restart. What is awaited here is gone
/// with the process that awaits it.
/// </remarks>
public interface IAgentRuntime
{
    /// <summary>Sends an instance of an agent a message, and awaits its reply. The agent may run here or in any other process on the broker.</summary>
    /// <typeparam name="TReply">The type of the reply; <see cref="CloudEvent"/> for the whole event.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="recipient">The instance.</param>
    /// <param name="request">
    /// What the message is called: the recipient has an <see cref="OnRequestAttribute"/> of this name. Default: as
    /// <see cref="EventTypeAttribute.NameOf"/> names the type of the message, for which the recipient has an <see cref="IHandle{T}"/> or an
    /// <see cref="IHandle{TIn, TOut}"/>.
    /// </param>
    /// <param name="timeout">How long to wait at most; then the agent is told to give up. Default: 100 s.</param>
    /// <param name="cancellationToken">Ends the waiting, and tells the agent to give up.</param>
    /// <returns>The reply; the default of the type if it is empty.</returns>
    /// <exception cref="UndeliverableException">Nobody hosts the agent.</exception>
    /// <exception cref="RequestFailedException">The agent's handler has failed.</exception>
    /// <exception cref="RequestTimeoutException">No reply has come in time.</exception>
    /// <exception cref="EventDataException">The reply is none of this type.</exception>
    ValueTask<TReply?> SendMessageAsync<TReply>(
        object message, AgentId recipient, string? request = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        where TReply : notnull;

    /// <inheritdoc cref="SendMessageAsync{TReply}"/>
    /// <returns>Completes when the agent has handled the message, whatever it has replied.</returns>
    ValueTask SendMessageAsync(
        object message, AgentId recipient, string? request = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes a message to a topic, for whoever subscribes to it; completes when it is acknowledged.</summary>
    /// <param name="message">The message; the type of its event is what <see cref="EventTypeAttribute.NameOf"/> says.</param>
    /// <param name="topic">The topic; its source decides which instances handle the message.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may have been published.</param>
    ValueTask PublishMessageAsync(object message, TopicId topic, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets an agent read a topic, or all topics of a prefix, from now on: it gets what is published once this has completed, and nothing that
    /// was published before it was called. All hosts of the agent follow, also those that start later, until the subscription is removed.
    /// </summary>
    /// <param name="subscription">A <see cref="TypeSubscription"/> or a <see cref="TypePrefixSubscription"/>; one that there is already stays as it is.</param>
    /// <param name="cancellationToken">Gives up waiting; the subscription may have been added.</param>
    ValueTask AddSubscriptionAsync(AgentSubscription subscription, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets an agent read a topic no longer. All hosts of the agent follow: what a host has taken up by then is finished and committed, what
    /// it has not is not handled.
    /// </summary>
    /// <param name="subscription">The subscription. If there is none like it, nothing happens.</param>
    /// <param name="cancellationToken">Gives up waiting; the subscription may have been removed.</param>
    ValueTask RemoveSubscriptionAsync(AgentSubscription subscription, CancellationToken cancellationToken = default);

    /// <summary>Lists the subscriptions that were added and not removed. Those of attributes and of handlers' channels are not among them.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<IReadOnlyList<AgentSubscription>> ListSubscriptionsAsync(CancellationToken cancellationToken = default);

    /// <summary>Lists the agents that are hosted now, by any process on the broker: by name, newest versions first.</summary>
    /// <param name="capability">Only those with this capability. Default: all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<IReadOnlyList<AgentMetadata>> ListAgentsAsync(string? capability = null, CancellationToken cancellationToken = default);

    /// <summary>Tells about an agent; of several versions that are hosted about the newest.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>What its hosts tell; <see langword="null"/> if nobody hosts it.</returns>
    ValueTask<AgentMetadata?> GetAgentMetadataAsync(AgentType agent, CancellationToken cancellationToken = default);

    /// <summary>Starts one more agent in this host, which must be running. It stops with the host.</summary>
    /// <typeparam name="TAgent">Its class. A name of its own in an <see cref="AgentAttribute"/> is not needed, and does not count here.</typeparam>
    /// <param name="type">The agent.</param>
    /// <param name="factory">
    /// Makes the object that handles an event, for the instance that it is for, with the services of the host. As with any agent, each event
    /// gets an object of its own: what an instance is to remember goes into its state.
    /// </param>
    /// <param name="configure">How it is run; the configuration of the host, if it says anything, comes after.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentDefinitionException">It is not defined as it must be, or the host has an agent of this name.</exception>
    /// <exception cref="InvalidOperationException">The host has not started, or stops.</exception>
    ValueTask RegisterAgentFactoryAsync<TAgent>(
        AgentType type, Func<AgentId, IServiceProvider, TAgent> factory, Action<AgentOptions>? configure = null, CancellationToken cancellationToken = default)
        where TAgent : Agent;

    /// <summary>
    /// Starts an agent of one instance in this host, an object that you have made and keep: it handles all its events, one at a time. Requests
    /// of other instances are refused (<c>agent-instance-unknown</c>). Since the object is in this process, no other one is to host the agent.
    /// </summary>
    /// <param name="id">The instance.</param>
    /// <param name="agent">The object. It is not disposed of.</param>
    /// <param name="configure">How it is run; the configuration of the host, if it says anything, comes after.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="RegisterAgentFactoryAsync" path="/exception"/>
    ValueTask RegisterAgentInstanceAsync(
        AgentId id, Agent agent, Action<AgentOptions>? configure = null, CancellationToken cancellationToken = default);

    /// <summary>Reads what an instance remembers. The instance itself answers, in the order of its other events.</summary>
    /// <param name="agent">The instance.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>JSON that <see cref="LoadAgentStateAsync"/> takes, also for another instance.</returns>
    /// <inheritdoc cref="SendMessageAsync{TReply}" path="/exception"/>
    ValueTask<JsonElement> SaveAgentStateAsync(AgentId agent, CancellationToken cancellationToken = default);

    /// <summary>Makes an instance remember what was saved, and nothing else. It does so itself, in the order of its other events.</summary>
    /// <param name="agent">The instance.</param>
    /// <param name="state">What <see cref="SaveAgentStateAsync"/> has returned.</param>
    /// <param name="cancellationToken">Gives up waiting; the state may be loaded nevertheless.</param>
    /// <inheritdoc cref="SendMessageAsync{TReply}" path="/exception"/>
    ValueTask LoadAgentStateAsync(AgentId agent, JsonElement state, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes instances of an agent remember what was exported, of the same or another agent. Each does so itself, in the order of its other
    /// events; so the agent has to run, here or in any other process. May be done again, after it was cut short or as a whole.
    /// </summary>
    /// <param name="agent">The agent.</param>
    /// <param name="states">What <see cref="AgentState.WriteTo"/> has written: the <c>key</c> says of which instance. Taken as they are needed.</param>
    /// <param name="overwrite">Whether an instance that remembers something else is to forget that. Otherwise it is refused.</param>
    /// <param name="progress">Is told after every hundred, or so.</param>
    /// <param name="cancellationToken">Ends it; what was imported by then stays.</param>
    /// <returns>What has become of them.</returns>
    /// <exception cref="UndeliverableException">Nobody hosts the agent.</exception>
    /// <exception cref="RequestFailedException">An instance has failed otherwise; the message names it.</exception>
    /// <exception cref="RequestTimeoutException">An instance has not answered in time.</exception>
    ValueTask<AgentStateImport> ImportAgentStatesAsync(
        AgentType agent,
        IAsyncEnumerable<JsonElement> states,
        bool overwrite = false,
        IProgress<AgentStateImport>? progress = null,
        CancellationToken cancellationToken = default);
}
