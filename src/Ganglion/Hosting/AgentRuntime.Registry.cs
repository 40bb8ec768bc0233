using Ganglion.Agents;
using Ganglion.Registry;

namespace Ganglion.Hosting;

// What is hosted, and what it reads.
internal sealed partial class AgentRuntime
{
    public ValueTask AddSubscriptionAsync(AgentSubscription subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        if (subscription is TypeSubscription type)
        {
            // Says what is wrong with a name before it lies on the log.
            _ = new TopicId(type.TopicType, "");
        }

        return subscriptions.AddAsync(subscription, cancellationToken);
    }

    public ValueTask RemoveSubscriptionAsync(AgentSubscription subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return subscriptions.RemoveAsync(subscription, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<AgentSubscription>> ListSubscriptionsAsync(CancellationToken cancellationToken = default)
    {
        await subscriptions.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return [.. subscriptions.List().Select(entry => entry.ToSubscription())];
    }

    public async ValueTask<IReadOnlyList<AgentMetadata>> ListAgentsAsync(string? capability = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<AgentMetadata> agents = await registry.ListAsync(cancellationToken).ConfigureAwait(false);
        return capability is null ? agents : [.. agents.Where(agent => agent.Capabilities.Contains(capability))];
    }

    public async ValueTask<AgentMetadata?> GetAgentMetadataAsync(AgentType agent, CancellationToken cancellationToken = default) =>
        (await registry.ListAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(one => one.Type == agent);

    public async ValueTask RegisterAgentFactoryAsync<TAgent>(
        AgentType type, Func<AgentId, IServiceProvider, TAgent> factory, Action<AgentOptions>? configure = null, CancellationToken cancellationToken = default)
        where TAgent : Agent
    {
        ArgumentNullException.ThrowIfNull(factory);
        var objects = new AgentObjects(type.Name, context => factory(context.Self, context.Services), AreKept: false);
        await RegisterAsync(typeof(TAgent), objects, configure, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RegisterAgentInstanceAsync(
        AgentId id, Agent agent, Action<AgentOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var objects = new AgentObjects(id.Type.Name, context => context.Self == id ? agent : throw Unknown(context.Self), AreKept: true);
        await RegisterAsync(agent.GetType(), objects, configure, cancellationToken).ConfigureAwait(false);
    }

    private Task RegisterAsync(Type agent, AgentObjects objects, Action<AgentOptions>? configure, CancellationToken cancellationToken) => host.RegisterAsync(
        new AgentRegistration(objects.Name, Order: int.MaxValue, configure, (options, known, faults) => AgentDefinition.FromClass(agent, options, known, faults, objects)),
        cancellationToken);

    private static UnprocessableEventException Unknown(AgentId id) => new(
        "agent-instance-unknown", $"There is no {id}: a single instance of '{id.Type}' was registered. Send to that one, or register a factory.");
}
