using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Control;
using Ganglion.Events;
using Ganglion.Routes;
using Microsoft.Extensions.Logging;

namespace Ganglion.Registry;

/// <summary>Which agents read which topics beside those of their handlers: the compacted topic <c>ganglion.subscriptions</c>.</summary>
internal sealed class SubscriptionRegistry : IAsyncDisposable
{
    /// <summary>The topic.</summary>
    public const string Topic = "ganglion.subscriptions";

    /// <summary>The type of its events.</summary>
    public const string Added = "agent_subscription_added";

    private readonly IEventBroker _broker;
    private readonly IRouteTable _routes;
    private readonly string _source;
    private readonly TimeProvider _time;
    private readonly ControlTopic _topic;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SubscriptionEntry> _entries = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SubscriptionRegistry(IEventBroker broker, IRouteTable routes, string source, TimeProvider time, ILogger logger)
    {
        _broker = broker;
        _routes = routes;
        _source = source;
        _time = time;
        _topic = new ControlTopic(broker, Topic, Apply, time, logger);
    }

    /// <summary>Completes when everything is known that was added and removed before.</summary>
    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => _topic.CatchUpAsync(cancellationToken);

    /// <summary>Adds a subscription, from here on; one that there is already stays as it is.</summary>
    public async ValueTask AddAsync(AgentSubscription subscription, CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await _routes.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        SubscriptionEntry entry = SubscriptionEntry.Of(subscription, await EndsAsync(subscription, cancellationToken).ConfigureAwait(false));
        if (Contains(entry.Key))
        {
            return;
        }

        var added = new CloudEvent(Added, _source, _time)
        {
            DataContentType = MediaType.Json,
            Data = JsonSerializer.SerializeToUtf8Bytes(entry, RegistryJson.Default.SubscriptionEntry),
        };
        await _topic.WriteAsync(entry.Key, added, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a subscription, if there is one.</summary>
    public async ValueTask RemoveAsync(AgentSubscription subscription, CancellationToken cancellationToken)
    {
        string key = SubscriptionEntry.Of(subscription, NoStarts).Key;
        await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (Contains(key))
        {
            await _topic.WriteAsync(key, null, cancellationToken).ConfigureAwait(false);
        }
    }

    public IReadOnlyList<SubscriptionEntry> List()
    {
        lock (_lock)
        {
            return [.. _entries.Values];
        }
    }

    /// <summary>Those of an agent, and a task that completes when any has been added or removed since.</summary>
    public (IReadOnlyList<SubscriptionEntry> Entries, Task Changed) Of(AgentType agent)
    {
        lock (_lock)
        {
            return ([.. _entries.Values.Where(entry => entry.Agent == agent.Name)], _changed.Task);
        }
    }

    public ValueTask DisposeAsync() => _topic.DisposeAsync();

    private bool Contains(string key)
    {
        lock (_lock)
        {
            return _entries.ContainsKey(key);
        }
    }

    private static Dictionary<string, IReadOnlyList<long>> NoStarts { get; } = [];

    private async ValueTask<Dictionary<string, IReadOnlyList<long>>> EndsAsync(AgentSubscription subscription, CancellationToken cancellationToken)
    {
        IEnumerable<ReadTopic> read = subscription switch
        {
            TypePrefixSubscription { TopicTypePrefix: var prefix } =>
                PrefixedTopics.ChannelsOf(prefix, await _broker.Topics.ListAsync(cancellationToken).ConfigureAwait(false), _routes).SelectMany(channel => channel.Topics),
            TypeSubscription { TopicType: var type } => _routes.ReadOf(type),
            _ => [],
        };
        IReadOnlyList<TopicDescription> topics = await FindAsync(read.Select(one => one.Topic).Distinct(StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        return topics.ToDictionary(
            topic => topic.Name, IReadOnlyList<long> (topic) => [.. topic.Partitions.OrderBy(one => one.Partition).Select(one => one.LatestOffset)]);
    }

    private async ValueTask<IReadOnlyList<TopicDescription>> FindAsync(IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var found = new List<TopicDescription>();
        foreach (string name in topics)
        {
            if (await _broker.Topics.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } topic)
            {
                found.Add(topic);
            }
        }

        return found;
    }

    private void Apply(string key, CloudEvent? @event)
    {
        SubscriptionEntry? entry = @event is { Type: Added, Data: { } data }
            ? JsonSerializer.Deserialize(data.Span, RegistryJson.Default.SubscriptionEntry)
            : null;
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (entry is null ? !_entries.Remove(key) : !TryPut(key, entry))
            {
                return;
            }

            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    // Anybody can write to the topic: what could not be read by an agent is not kept.
    private bool TryPut(string key, SubscriptionEntry entry)
    {
        bool isValid = entry.Key == key && AgentType.IsValid(entry.Agent) && (entry.IsPrefix || TopicId.TryParse(entry.Topic + "/", null, out _));
        if (isValid)
        {
            _entries[key] = entry;
        }

        return isValid;
    }
}
