namespace Ganglion.Agents;

/// <summary>Defines an agent without a class: handlers by channel, in the manner of minimal APIs.</summary>
public sealed class AgentBuilder
{
    internal AgentBuilder()
    {
    }

    internal List<(string Channel, Delegate Handle, string? Key)> Handlers { get; } = [];

    /// <summary>Handles the events of a channel, with their data read as a type.</summary>
    /// <typeparam name="TData">The type of the data.</typeparam>
    /// <param name="channel">The channel. One handler takes all its events.</param>
    /// <param name="handle">Handles an event.</param>
    /// <param name="key">The property of the data that holds the instance's key, as <see cref="OnAttribute.Key"/>.</param>
    public AgentBuilder On<TData>(string channel, Func<TData, AgentContext, Task> handle, string? key = null) =>
        On(channel, (Delegate)handle, key);

    /// <inheritdoc cref="On{TData}(string, Func{TData, AgentContext, Task}, string?)"/>
    public AgentBuilder On<TData>(string channel, Action<TData, AgentContext> handle, string? key = null) =>
        On(channel, (Delegate)handle, key);

    /// <summary>
    /// Handles the events of a channel. The delegate takes, in any order, what a method with <see cref="OnAttribute"/> takes: data,
    /// <c>CloudEvent</c>, <see cref="AgentContext"/>, <see cref="CancellationToken"/>, services.
    /// </summary>
    /// <param name="channel">The channel. One handler takes all its events.</param>
    /// <param name="handle">Handles an event; returns nothing, a <see cref="Task"/> or a <see cref="ValueTask"/>.</param>
    /// <param name="key">The property of the data that holds the instance's key, as <see cref="OnAttribute.Key"/>.</param>
    public AgentBuilder On(string channel, Delegate handle, string? key = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        ArgumentNullException.ThrowIfNull(handle);
        Handlers.Add((channel, handle, key));
        return this;
    }
}
