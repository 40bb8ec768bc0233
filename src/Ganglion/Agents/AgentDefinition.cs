using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Reflection;
using Ganglion.Brokers;
using Ganglion.Routes;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Agents;

/// <summary>An agent, ready to run: what its class or its builder says, checked and compiled.</summary>
internal sealed class AgentDefinition
{
    // Leaves room for the suffixes of derived topics.
    public const int MaxChannelLength = 240;

    private readonly Func<AgentContext, object>? _create;
    private readonly FrozenDictionary<string, Handler> _handlers;
    private readonly FrozenDictionary<(string Channel, int Version), Handler> _versions;

    private AgentDefinition(AgentType type, AgentOptions options, IEnumerable<Handler> handlers, Func<AgentContext, object>? create)
    {
        Type = type;
        Options = options;
        _create = create;
        handlers = [.. handlers, .. StateRequests.Handlers];
        _versions = handlers.ToFrozenDictionary(handler => (handler.Channel, handler.Version));
        _handlers = handlers.GroupBy(handler => handler.Channel, StringComparer.Ordinal)
            .ToFrozenDictionary(versions => versions.Key, versions => versions.MaxBy(handler => handler.Version)!, StringComparer.Ordinal);
    }

    public AgentType Type { get; }

    public AgentOptions Options { get; }

    /// <summary>What it tells of itself.</summary>
    public AgentDescription Description { get; private init; } = AgentDescription.None;

    /// <summary>The topics that it subscribes to for good.</summary>
    public IReadOnlyList<string> SubscribedTypes { get; private init; } = [];

    /// <summary>Whether its objects belong to whoever has made them, and outlive the event.</summary>
    public bool KeepsObjects { get; private init; }

    /// <summary>Where everything goes that is asked of it, if it is a proxy.</summary>
    public ProxyTopics? Proxy { get; private init; }

    /// <summary>What channels mean to it, if that is something else than to others.</summary>
    public IRouteTable? Routes { get; private init; }

    /// <summary>The channels and requests that it handles.</summary>
    public IReadOnlyList<string> Channels => [.. _handlers.Keys.Where(channel => !StateRequests.Include(channel)).Order(StringComparer.Ordinal)];

    /// <summary>The channels all of whose events it handles.</summary>
    public IEnumerable<string> WholeChannels =>
        _handlers.Values.Where(handler => handler is { Unclaimed: false, IsForRequests: false }).Select(handler => handler.Channel);

    /// <summary>The channels of which it handles only what answers no question.</summary>
    public IEnumerable<string> UnclaimedChannels => _handlers.Values.Where(handler => handler.Unclaimed).Select(handler => handler.Channel);

    /// <summary>The handler of new events: the one of the highest version.</summary>
    public Handler? FindHandler(string channel) => _handlers.GetValueOrDefault(channel) ?? Proxy?.HandlerOf(channel);

    /// <summary>The handler of what has come on a channel, or was addressed to the agent: that of the channel, else that of the message's type.</summary>
    public Handler? FindHandler(string? channel, string eventType) =>
        FindHandler(channel ?? eventType) ?? (FindHandler(eventType) is { IsForMessages: true } handler ? handler : null);

    /// <summary>The handler that an invocation goes on with.</summary>
    public Handler? FindHandler(string channel, int version) =>
        _versions.GetValueOrDefault((channel, version)) ?? (version == 1 ? Proxy?.HandlerOf(channel) : null);

    /// <summary>Makes the object whose methods handle an event; <see langword="null"/> for an agent without a class.</summary>
    public object? CreateAgent(AgentContext context) => _create?.Invoke(context);

    /// <summary>Reads an agent's class.</summary>
    /// <param name="type">The class.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="services">Tells services from data.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <param name="objects">Where its name and its objects come from, if not from the class itself.</param>
    public static AgentDefinition? FromClass(
        Type type, AgentOptions options, IServiceProviderIsService services, List<string> faults, AgentObjects? objects = null)
    {
        int before = faults.Count;
        var handlers = new List<Handler>();
        foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static))
        {
            IEnumerable<HandlerTraits> all =
            [
                .. method.GetCustomAttributes<OnAttribute>().Select(HandlerTraits.Of),
                .. method.GetCustomAttributes<OnRequestAttribute>().Select(HandlerTraits.Of),
            ];
            foreach (HandlerTraits traits in all)
            {
                if (HandlerBinding.Bind(method, null, traits, services, faults) is { } handler)
                {
                    handlers.Add(handler);
                }
            }
        }

        handlers.AddRange(MessageHandlers.Of(type, services, faults));
        string? name = objects?.Name ?? NameOf(type);
        if (name is null)
        {
            faults.Add($"{type.Name} has no name: mark it with [Agent(\"…\")].");
        }

        string[] subscribed = [.. type.GetCustomAttributes<TypeSubscriptionAttribute>().Select(subscription => subscription.TopicType).Distinct()];
        foreach (string topic in subscribed.Where(topic => !TopicName.IsValid(topic, MaxChannelLength)))
        {
            faults.Add($"{type.Name} subscribes to '{topic}', which can be no topic: take 1 to {MaxChannelLength} of the characters a-z A-Z 0-9 . _ -.");
        }

        if (objects is null && (type.IsAbstract || type.GetConstructors().Length == 0))
        {
            faults.Add($"{type.Name} cannot be made: an agent's class is not abstract and has a public constructor.");
        }

        return Check(name, type.Name, handlers, faults, before)
            ? new AgentDefinition(new AgentType(name!), options, handlers, objects?.Create ?? CreateBy(type))
            {
                Description = AgentDescription.Of(type),
                SubscribedTypes = subscribed,
                KeepsObjects = objects is { AreKept: true },
            }
            : null;
    }

    /// <summary>Reads an agent without a class.</summary>
    public static AgentDefinition? FromBuilder(
        string name, AgentBuilder builder, AgentOptions options, IServiceProviderIsService services, List<string> faults)
    {
        int before = faults.Count;
        var handlers = new List<Handler>();
        foreach ((HandlerTraits traits, Delegate handle) in builder.Handlers)
        {
            if (HandlerBinding.Bind(handle.Method, handle, traits, services, faults) is { } handler)
            {
                handlers.Add(handler);
            }
        }

        return Check(name, name, handlers, faults, before)
            ? new AgentDefinition(new AgentType(name), options, handlers, create: null) { Description = builder.Description }
            : null;
    }

    /// <summary>Makes an agent whose far side is a pair of topics.</summary>
    public static AgentDefinition? FromTopics(string name, ProxyTopics proxy, AgentOptions options, List<string> faults)
    {
        int before = faults.Count;
        foreach (string channel in ((string[])[proxy.Requests, proxy.Replies]).Where(channel => !TopicName.IsValid(channel, MaxChannelLength)))
        {
            faults.Add($"The proxy agent '{name}' names '{channel}', which can be no topic: take 1 to {MaxChannelLength} of the characters a-z A-Z 0-9 . _ -.");
        }

        if (proxy.Requests == proxy.Replies)
        {
            faults.Add($"The proxy agent '{name}' names '{proxy.Requests}' for both requests and replies: give it a topic for each.");
        }

        CheckName(name, faults);
        return faults.Count == before
            ? new AgentDefinition(new AgentType(name), options, [], create: null) { Proxy = proxy }
            : null;
    }

    /// <summary>Makes an agent that lets events pass from one topic to another.</summary>
    public static AgentDefinition? FromRouter(string name, IEnumerable<Handler> routers, IRouteTable routes, AgentOptions options, List<string> faults)
    {
        int before = faults.Count;
        CheckName(name, faults);
        return faults.Count == before ? new AgentDefinition(new AgentType(name), options, routers, create: null) { Routes = routes } : null;
    }

    /// <summary>The name that an agent's class bears, if any.</summary>
    public static string? NameOf(Type type) => type.GetCustomAttribute<AgentAttribute>()?.Name;

    private static bool Check(string? name, string shown, List<Handler> handlers, List<string> faults, int before)
    {
        CheckName(name, faults);
        foreach (var twice in handlers.GroupBy(handler => (handler.Channel, handler.Version)).Where(group => group.Count() > 1))
        {
            faults.Add($"{shown} handles '{twice.Key.Channel}' {twice.Count()} times: one handler takes all events of a channel. If they are versions of one, number them.");
        }

        foreach (string channel in handlers.Select(handler => handler.Channel).Where(channel => !TopicName.IsValid(channel, MaxChannelLength)))
        {
            faults.Add($"{shown} handles '{channel}', which can be no topic: take 1 to {MaxChannelLength} of the characters a-z A-Z 0-9 . _ -.");
        }

        foreach (string own in handlers.Select(handler => handler.Channel).Where(StateRequests.Include))
        {
            faults.Add($"{shown} handles '{own}', which every agent handles by itself: take another name.");
        }

        if (handlers.Count == 0 && faults.Count == before)
        {
            faults.Add($"{shown} handles nothing: mark a method with [On(\"channel\")] or [OnRequest(\"request\")], implement IHandle<T>, or add a handler by On(…).");
        }

        return faults.Count == before;
    }

    private static void CheckName(string? name, List<string> faults)
    {
        if (name is not null && !AgentType.IsValid(name))
        {
            faults.Add($"'{name}' cannot name an agent: take 1 to {AgentType.MaxLength} of the characters a-z A-Z 0-9 . _ -, and neither '.' nor '..'.");
        }
    }

    // A class without dependencies needs no scope of services, which is most of the cost of making its object.
    private static Func<AgentContext, object> CreateBy(Type type)
    {
        if (type.GetConstructors() is [var only] && only.GetParameters().Length == 0)
        {
            Func<object> create = Expression.Lambda<Func<object>>(Expression.New(only)).Compile();
            return _ => create();
        }

        ObjectFactory factory = ActivatorUtilities.CreateFactory(type, []);
        return context => factory(context.Services, null);
    }
}
