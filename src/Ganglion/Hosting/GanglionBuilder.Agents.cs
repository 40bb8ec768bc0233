using Ganglion.Agents;
using Ganglion.Supervision;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

// Agents, and the supervisors above them.
public sealed partial class GanglionBuilder
{
    /// <summary>Adds an agent, with the name that its class bears.</summary>
    /// <typeparam name="TAgent">The agent's class, with an <see cref="AgentAttribute"/>.</typeparam>
    /// <param name="configure">How it is run; the configuration of the host, if it says anything, comes after.</param>
    public GanglionBuilder AddAgent<TAgent>(Action<AgentOptions>? configure = null)
        where TAgent : Agent
    {
        Services.AddSingleton(AgentRegistration.Of<TAgent>(Services.Count, configure));
        return this;
    }

    /// <summary>Adds an agent without a class.</summary>
    /// <param name="name">The agent's type, as <see cref="AgentType"/> allows it.</param>
    /// <param name="define">Adds its handlers.</param>
    /// <param name="configure">How it is run; the configuration of the host, if it says anything, comes after.</param>
    public GanglionBuilder AddAgent(string name, Action<AgentBuilder> define, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(define);
        var agent = new AgentBuilder();
        define(agent);
        Services.AddSingleton(new AgentRegistration(
            name, Services.Count, configure, (options, services, faults) => AgentDefinition.FromBuilder(name, agent, options, services, faults)));
        return this;
    }

    /// <summary>
    /// Adds an agent whose far side is a pair of topics, so that any program that reads and writes them is an agent. What is sent to an instance
    /// lies in one topic under the instance's key, with the message's name as its type; the first event on the other topic whose
    /// <c>causationid</c>, or <c>correlationid</c>, is the request's id is the reply.
    /// </summary>
    /// <param name="name">The agent's type, as <see cref="AgentType"/> allows it.</param>
    /// <param name="requests">The channel that requests are published to. Messages that await no reply lie there, too.</param>
    /// <param name="replies">
    /// The channel of the replies. One of the type <c>agent_request_failed</c> is a failure, with JSON of a <c>type</c>, a <c>message</c> and, for
    /// whoever asks to tell it from others, a <c>code</c>.
    /// </param>
    /// <param name="timeout">How long to wait for a reply at most. Default: for ever; whoever asks may have less patience.</param>
    /// <param name="configure">How it is run; the configuration of the host, if it says anything, comes after.</param>
    public GanglionBuilder AddProxyAgent(
        string name, string requests, string replies, TimeSpan? timeout = null, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(replies);
        var proxy = new ProxyTopics(requests, replies, timeout);
        Services.AddSingleton(new AgentRegistration(
            name, Services.Count, configure, (options, _, faults) => AgentDefinition.FromTopics(name, proxy, options, faults)));
        return this;
    }

    /// <summary>
    /// Adds a supervisor: it starts the agents and supervisors under it in the order in which they were added, and restarts them when they
    /// break. An agent is put under it by its <see cref="AgentOptions.Supervisor"/>.
    /// </summary>
    /// <param name="name">
    /// What it is called, as <see cref="AgentType"/> allows it. <see cref="SupervisorOptions.Root"/> changes the options of the one that every host has.
    /// </param>
    /// <param name="configure">Whom it restarts, and how often; the configuration of the host, if it says anything, comes after.</param>
    public GanglionBuilder AddSupervisor(string name, Action<SupervisorOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddSingleton(new SupervisorRegistration(name, Services.Count, configure));
        return this;
    }
}
