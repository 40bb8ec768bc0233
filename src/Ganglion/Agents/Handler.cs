using System.Text;
using Ganglion.Events;

namespace Ganglion.Agents;

/// <summary>A method or delegate that handles the events of a channel, ready to be called.</summary>
internal abstract class Handler(HandlerTraits traits, bool mayWait)
{
    public string Channel => traits.Channel;

    public int Version => traits.Version;

    /// <summary>Whether its instance handles nothing else while it waits.</summary>
    public bool IsExclusive => traits.IsExclusive;

    /// <summary>Whether it gets only what answers no question.</summary>
    public bool Unclaimed => traits.Unclaimed;

    /// <summary>Whether it takes only what is addressed to the agent.</summary>
    public bool IsForRequests => traits.IsForRequests;

    /// <summary>Whether it takes messages of a type.</summary>
    public bool IsForMessages => traits.IsForMessages;

    /// <summary>Whether it replaces the instance's state, whatever that is.</summary>
    public bool ReplacesState => traits.ReplacesState;

    /// <summary>Whether it takes events in whatever partition they lie.</summary>
    public bool StaysInPartition => traits.StaysInPartition;

    /// <summary>Whether it returns a task, and so may wait.</summary>
    public bool MayWait { get; } = mayWait;

    /// <summary>The property of the data that holds the instance's key, if the handler names one.</summary>
    public byte[]? KeyProperty { get; } = traits.Key is { } property ? Encoding.UTF8.GetBytes(property) : null;

    /// <summary>Reads the data as the type that the handler takes, and calls it.</summary>
    /// <param name="agent">The agent object; <see langword="null"/> for an agent without a class.</param>
    /// <param name="context">What the handler sees.</param>
    /// <exception cref="EventDataException">The data does not have the shape of that type.</exception>
    public abstract ValueTask InvokeAsync(object? agent, AgentContext context);
}

/// <summary>The call of a handler, compiled from its parameters.</summary>
internal delegate ValueTask HandlerCall<in TData>(object? agent, TData data, AgentContext context);

internal sealed class DataHandler<TData>(HandlerTraits traits, bool mayWait, HandlerCall<TData> call)
    : Handler(traits, mayWait)
    where TData : notnull
{
    public override ValueTask InvokeAsync(object? agent, AgentContext context) => call(agent, context.ReadData<TData>(IsForRequests ? context.Topic?.Type : Channel), context);
}

/// <summary>A handler that does not take typed data.</summary>
internal sealed class PlainHandler(HandlerTraits traits, bool mayWait, HandlerCall<CloudEvent> call)
    : Handler(traits, mayWait)
{
    public override ValueTask InvokeAsync(object? agent, AgentContext context) => call(agent, context.Event, context);
}
