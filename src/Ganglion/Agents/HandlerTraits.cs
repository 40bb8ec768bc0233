using Ganglion.Events;

namespace Ganglion.Agents;

/// <summary>What a handler handles, and how, as its attribute or the builder says.</summary>
/// <param name="Channel">The channel, or what requests of it are called.</param>
internal sealed record HandlerTraits(string Channel)
{
    /// <summary>As <see cref="OnAttribute.Key"/>.</summary>
    public string? Key { get; init; }

    /// <summary>As <see cref="OnAttribute.Unclaimed"/>.</summary>
    public bool Unclaimed { get; init; }

    /// <summary>Whether it takes only what is addressed to the agent, and no topic is read for it.</summary>
    public bool IsForRequests { get; init; }

    /// <summary>As <see cref="OnAttribute.Version"/>.</summary>
    public int Version { get; init; } = 1;

    /// <summary>
    /// Whether it takes messages of a type, of which <see cref="Channel"/> is the name: those addressed to the agent, and those of the topics
    /// that it subscribes to.
    /// </summary>
    public bool IsForMessages { get; init; }

    /// <summary>Whether it has an <see cref="ExclusiveAttribute"/>.</summary>
    public bool IsExclusive { get; init; }

    /// <summary>Whether it replaces the instance's state, whatever that is: also one that cannot be read.</summary>
    public bool ReplacesState { get; init; }

    /// <summary>Whether it remembers nothing, and so takes events in whatever partition they lie.</summary>
    public bool StaysInPartition { get; init; }

    public static HandlerTraits Of(OnAttribute on) =>
        new(on.Channel) { Key = on.Key, Unclaimed = on.Unclaimed, Version = on.Version };

    public static HandlerTraits Of(OnRequestAttribute on) => new(on.Request) { IsForRequests = true, Version = on.Version };

    public static HandlerTraits OfMessage(Type message) => new(EventTypeAttribute.NameOf(message)) { IsForRequests = true, IsForMessages = true };
}
