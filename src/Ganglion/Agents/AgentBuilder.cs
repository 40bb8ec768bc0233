namespace Ganglion.Agents;

/// <summary>Defines an agent without a class: handlers by channel, in the manner of minimal APIs.</summary>
public sealed class AgentBuilder
{
    internal AgentBuilder()
    {
    }

    internal AgentDescription Description { get; private set; } = AgentDescription.None;

    internal List<(HandlerTraits Traits, Delegate Handle)> Handlers { get; } = [];

    /// <summary>Tells others of the agent, as the properties of <see cref="AgentAttribute"/> do.</summary>
    /// <param name="version">See <see cref="AgentAttribute.Version"/>.</param>
    /// <param name="description">See <see cref="AgentAttribute.Description"/>.</param>
    /// <param name="capabilities">See <see cref="AgentAttribute.Capabilities"/>.</param>
    public AgentBuilder Describe(string? version = null, string? description = null, params string[] capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        Description = new AgentDescription(version, description, capabilities);
        return this;
    }

    /// <summary>Handles the events of a channel, with their data read as a type.</summary>
    /// <typeparam name="TData">The type of the data.</typeparam>
    /// <param name="channel">The channel. One handler takes all its events.</param>
    /// <param name="handle">Handles an event.</param>
    /// <param name="key">The property of the data that holds the instance's key, as <see cref="OnAttribute.Key"/>.</param>
    /// <param name="unclaimed">Whether it gets only what answers no question, as <see cref="OnAttribute.Unclaimed"/>.</param>
    public AgentBuilder On<TData>(string channel, Func<TData, AgentContext, Task> handle, string? key = null, bool unclaimed = false) =>
        On(channel, (Delegate)handle, key, unclaimed);

    /// <inheritdoc cref="On{TData}(string, Func{TData, AgentContext, Task}, string?, bool)"/>
    public AgentBuilder On<TData>(string channel, Action<TData, AgentContext> handle, string? key = null, bool unclaimed = false) =>
        On(channel, (Delegate)handle, key, unclaimed);

    /// <summary>
    /// Handles the events of a channel. The delegate takes, in any order, what a method with <see cref="OnAttribute"/> takes: data,
    /// <c>CloudEvent</c>, <see cref="AgentContext"/>, <see cref="CancellationToken"/>, services.
    /// </summary>
    /// <param name="channel">The channel. One handler takes all its events.</param>
    /// <param name="handle">Handles an event; returns nothing, a <see cref="Task"/> or a <see cref="ValueTask"/>.</param>
    /// <param name="key">The property of the data that holds the instance's key, as <see cref="OnAttribute.Key"/>.</param>
    /// <param name="unclaimed">Whether it gets only what answers no question, as <see cref="OnAttribute.Unclaimed"/>.</param>
    /// <param name="version">The version of the handler, as <see cref="OnAttribute.Version"/>.</param>
    public AgentBuilder On(string channel, Delegate handle, string? key = null, bool unclaimed = false, int version = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        ArgumentNullException.ThrowIfNull(handle);
        Handlers.Add((new HandlerTraits(channel) { Key = key, Unclaimed = unclaimed, Version = version }, handle));
        return this;
    }

    /// <summary>Handles requests that are addressed to an instance of the agent, with their data read as a type.</summary>
    /// <typeparam name="TData">The type of the data.</typeparam>
    /// <typeparam name="TReply">The type of the reply.</typeparam>
    /// <param name="request">What the request is called, as <see cref="OnRequestAttribute.Request"/>.</param>
    /// <param name="handle">Handles a request, and returns the reply.</param>
    public AgentBuilder OnRequest<TData, TReply>(string request, Func<TData, AgentContext, Task<TReply>> handle) =>
        OnRequest(request, (Delegate)handle);

    /// <inheritdoc cref="OnRequest{TData, TReply}(string, Func{TData, AgentContext, Task{TReply}})"/>
    public AgentBuilder OnRequest<TData, TReply>(string request, Func<TData, AgentContext, TReply> handle) =>
        OnRequest(request, (Delegate)handle);

    /// <summary>
    /// Handles requests that are addressed to an instance of the agent. The delegate takes what a method with
    /// <see cref="OnRequestAttribute"/> takes, and returns what it replies.
    /// </summary>
    /// <param name="request">What the request is called, as <see cref="OnRequestAttribute.Request"/>.</param>
    /// <param name="handle">Handles a request.</param>
    /// <param name="version">The version of the handler, as <see cref="OnRequestAttribute.Version"/>.</param>
    public AgentBuilder OnRequest(string request, Delegate handle, int version = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        ArgumentNullException.ThrowIfNull(handle);
        Handlers.Add((new HandlerTraits(request) { IsForRequests = true, Version = version }, handle));
        return this;
    }
}
