namespace Ganglion.Agents;

/// <summary>
/// Marks a method of an <see cref="Agent"/> as the handler of a channel's events. The method takes, in any order and all of them
/// optional: the event's data as a type of your own, the <c>CloudEvent</c>, the <see cref="AgentContext"/>, a
/// <see cref="CancellationToken"/>, and services. It returns <see langword="void"/>, <see cref="Task"/> or <see cref="ValueTask"/>.
/// </summary>
/// <param name="channel">The channel. One method of each version handles a channel; a method may handle several.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnAttribute(string channel) : Attribute
{
    /// <summary>The channel whose events the method handles.</summary>
    public string Channel { get; } = channel;

    /// <summary>
    /// Which instance handles an event: the top-level property of the JSON data that holds the instance's key. Default
    /// (<see langword="null"/>): the record's key, else the event's subject, else the event's id.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>
    /// Whether the method gets only those events that answer no question of the agent: answers that come late, or a second time, or that
    /// nobody has asked for. Default (<see langword="false"/>): all events of the channel, also those that an
    /// <see cref="AgentContext.AskAsync"/> waits for.
    /// </summary>
    public bool Unclaimed { get; set; }

    /// <summary>
    /// The version of the method. Events are handled by the highest one; a handler that waits goes on with the version that it began
    /// with, so keep the old method, beside the new one, until none waits any more. Default 1.
    /// </summary>
    public int Version { get; set; } = 1;
}
