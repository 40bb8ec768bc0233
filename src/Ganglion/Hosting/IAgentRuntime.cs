using Ganglion.Agents;
using Ganglion.Events;

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
}
