using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Registry;
using Ganglion.Routes;

namespace Ganglion.Runtime.Inputs;

/// <summary>
/// The topics that an agent reads, by name, each with the channel whose handler gets its events. Those of its subscriptions come and go
/// while it runs; what is still under way of one that has gone keeps its channel.
/// </summary>
internal sealed class InputTopics
{
    // What a record batch adds to its record.
    private const int BatchRoom = 256;

    // About what key and headers add to a value.
    private const int HeaderRoom = 4 * 1024;

    private readonly AgentDefinition _agent;
    private readonly IRouteTable _routes;
    private readonly ITopicAdministration _administration;

    // Replaced whole, by one at a time.
    private volatile Dictionary<string, InputTopic> _topics;

    private InputTopics(AgentDefinition agent, AgentTopics own, IRouteTable routes, ITopicAdministration administration)
    {
        _agent = agent;
        _routes = routes;
        _administration = administration;
        Own = own;
        _topics = new(StringComparer.Ordinal) { [own.Inbox] = new InputTopic(null) };
    }

    /// <summary>The agent's own topics.</summary>
    public AgentTopics Own { get; }

    /// <summary>Those that are read now.</summary>
    public IReadOnlyCollection<string> Names => [.. _topics.Where(topic => topic.Value.IsRead).Select(topic => topic.Key)];

    /// <summary>The channel of a topic's events; <see langword="null"/> in the inbox.</summary>
    public string? ChannelOf(string topic) => _topics.GetValueOrDefault(topic).Channel;

    /// <summary>
    /// Whether a topic has as many partitions as the agent now; otherwise its events are forwarded to the inbox. It can get more while it is read.
    /// </summary>
    public async ValueTask<bool> IsCoPartitionedAsync(string topic, CancellationToken cancellationToken) =>
        topic == Own.Inbox
        || (await _administration.FindAsync(topic, cancellationToken).ConfigureAwait(false))?.Partitions.Count == Own.Partitions;

    /// <summary>Whether a channel is, or was, read for a subscription, and not for a handler of its name.</summary>
    public bool IsSubscribed(string channel) => _topics.Values.Any(topic => topic.Channel == channel && topic.IsSubscribed);

    /// <summary>What lies before this offset is not for the agent, because it subscribed later.</summary>
    public long StartOf(TopicPartition partition) =>
        _topics.GetValueOrDefault(partition.Topic).Starts is { } starts && partition.Partition < starts.Count ? starts[partition.Partition] : 0;

    /// <summary>From this offset on a partition is not for the agent, because a route leads elsewhere; the highest number: as far as is known, all is.</summary>
    public long EndOf(TopicPartition partition) => _topics.GetValueOrDefault(partition.Topic) is { Channel: { } channel } topic
        ? Math.Min(_routes.EndOf(channel, partition), topic.Until?.EndOf(partition.Partition) ?? long.MaxValue)
        : long.MaxValue;

    /// <summary>Whether who reads a topic goes on elsewhere at the markers of a channel's route.</summary>
    public bool Follows(string topic, string channel) =>
        _topics.GetValueOrDefault(topic) is { } read && (read.Channel == channel || read.IsPrefixed);

    /// <summary>The channels with lanes.</summary>
    public IReadOnlyList<LaneTopics> Lanes =>
    [
        .. from topic in _topics
           where topic.Value is { Lane: not null, Channel: not null }
           group topic by topic.Value.Channel into read
           let lanes = _routes.LanesOf(read.Key)
           where lanes is not null
           select new LaneTopics(read.Key, lanes, read.ToDictionary(topic => topic.Key, topic => topic.Value.Lane!, StringComparer.Ordinal)),
    ];

    /// <summary>Completes when every change of a route is known that was made before.</summary>
    public ValueTask CatchUpWithRoutesAsync(CancellationToken cancellationToken) => _routes.CatchUpAsync(cancellationToken);

    /// <summary>The partition that has to end before anything of this one is taken up, if any.</summary>
    public TopicPartition? EarlierOf(TopicPartition partition) =>
        _topics.GetValueOrDefault(partition.Topic).Earlier is { } earlier ? partition with { Topic = earlier } : null;

    /// <summary>How many bytes of key, value and headers the inbox takes for certain.</summary>
    public int MostForwarded { get; private init; }

    /// <summary>How many bytes of a snapshot the topic of states takes for certain. A state that is larger goes on without.</summary>
    public int MostSnapshot { get; private init; }

    /// <summary>Creates what is missing, with as many partitions as the agent has. An inbox that exists decides how many that are.</summary>
    /// <exception cref="TopicException">A topic cannot be created, or has another number of partitions (<c>topic-partitions-unequal</c>).</exception>
    public static async Task<InputTopics> PrepareAsync(
        AgentDefinition agent, IRouteTable routes, ITopicAdministration topics, CancellationToken cancellationToken)
    {
        AgentTopics wanted = new(agent.Type, agent.Options.Partitions);
        TopicDescription inbox = await topics.EnsureAsync(
            wanted.Inbox, new TopicSettings { Partitions = wanted.Partitions }, cancellationToken).ConfigureAwait(false);
        AgentTopics own = wanted with { Partitions = inbox.Partitions.Count };
        var compacted = new TopicSettings { Partitions = own.Partitions, Cleanup = CleanupPolicy.Compact };
        TopicDescription states = await topics.EnsureAsync(
            own.State, compacted with { MinCompactionLag = agent.Options.StateHistory }, cancellationToken).ConfigureAwait(false);
        TopicDescription timers = await topics.EnsureAsync(own.Timers, compacted, cancellationToken).ConfigureAwait(false);
        TopicDescription journal = await topics.EnsureAsync(own.Journal, compacted, cancellationToken).ConfigureAwait(false);
        CheckPartitions(inbox, states, timers, journal);
        return new InputTopics(agent, own, routes, topics)
        {
            MostForwarded = (inbox.Settings.MaxMessageBytes ?? TopicSettings.DefaultMaxMessageBytes) - BatchRoom,
            MostSnapshot = ((states.Settings.MaxMessageBytes ?? TopicSettings.DefaultMaxMessageBytes) / 2) - HeaderRoom,
        };
    }

    private static void CheckPartitions(TopicDescription inbox, params ReadOnlySpan<TopicDescription> remembered)
    {
        foreach (TopicDescription topic in remembered)
        {
            if (topic.Partitions.Count != inbox.Partitions.Count)
            {
                throw new TopicException(
                    "topic-partitions-unequal",
                    $"The topic '{topic.Name}' has {topic.Partitions.Count} partitions, but '{inbox.Name}' has {inbox.Partitions.Count}: what an instance "
                    + "remembers would be looked for in another partition than that of its events. Create it anew with as many, from a copy "
                    + "('ganglion state export' and 'import') if it has something.");
            }
        }
    }

    /// <summary>Finds out what is to be read, and creates what is missing of it.</summary>
    /// <returns>Whether <see cref="Names"/> has changed.</returns>
    /// <exception cref="TopicException">A topic cannot be created.</exception>
    public async ValueTask<bool> UpdateAsync(IReadOnlyList<SubscriptionEntry> subscriptions, CancellationToken cancellationToken)
    {
        Dictionary<string, InputTopic> wanted = await ListAsync(subscriptions, cancellationToken).ConfigureAwait(false);
        foreach ((string name, InputTopic topic) in _topics)
        {
            wanted.TryAdd(name, topic with { IsRead = topic.Channel is null });
        }

        bool isChanged = wanted.Any(topic => topic.Value.IsRead != _topics.GetValueOrDefault(topic.Key, NotRead).IsRead);
        _topics = wanted;
        return isChanged;
    }

    private static InputTopic NotRead { get; } = new(null, IsRead: false);

    private async ValueTask<Dictionary<string, InputTopic>> ListAsync(IReadOnlyList<SubscriptionEntry> subscriptions, CancellationToken cancellationToken)
    {
        var topics = new Dictionary<string, InputTopic>(StringComparer.Ordinal);
        foreach (string channel in _agent.WholeChannels)
        {
            await AddAsync(topics, ReadOf(channel), null, isPrefixed: false, cancellationToken).ConfigureAwait(false);
        }

        foreach (string channel in _agent.SubscribedTypes)
        {
            await AddAsync(topics, ReadOf(channel), NoStarts, isPrefixed: false, cancellationToken).ConfigureAwait(false);
        }

        foreach (SubscriptionEntry subscription in subscriptions)
        {
            IEnumerable<ReadChannel> channels = subscription.IsPrefix
                ? PrefixedTopics.ChannelsOf(subscription.Topic, await _administration.ListAsync(cancellationToken).ConfigureAwait(false), _routes)
                : [ReadOf(subscription.Topic)];
            foreach (ReadChannel channel in channels)
            {
                await AddAsync(topics, channel, subscription.Starts, subscription.IsPrefix, cancellationToken).ConfigureAwait(false);
            }
        }

        return topics;
    }

    private ReadChannel ReadOf(string channel) => new(channel, _routes.ReadOf(channel));

    private static Dictionary<string, IReadOnlyList<long>> NoStarts { get; } = [];

    /// <param name="topics">Where to.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="starts">Where the subscription begins in its topics; <see langword="null"/>: it is the channel of a handler.</param>
    /// <param name="isPrefixed">Whether it is read because its name begins alike.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async ValueTask AddAsync(
        Dictionary<string, InputTopic> topics, ReadChannel channel, IReadOnlyDictionary<string, IReadOnlyList<long>>? starts, bool isPrefixed, CancellationToken cancellationToken)
    {
        string? earlier = null;
        foreach (ReadTopic read in channel.Topics)
        {
            string name = read.Topic;
            if (topics.TryGetValue(name, out InputTopic known))
            {
                // Who has two reasons to read it reads what either asks for.
                IReadOnlyList<long>? more = starts?.GetValueOrDefault(name);
                topics[name] = known with
                {
                    Starts = known.Starts is null || more is null ? null : [.. known.Starts.Zip(more, Math.Min)],
                };
            }
            else
            {
                await _administration.EnsureAsync(name, new TopicSettings { Partitions = Own.Partitions }, cancellationToken).ConfigureAwait(false);
                topics.Add(name, new InputTopic(
                    channel.Channel, IsSubscribed: starts is not null, Starts: starts is null ? read.Starts : starts.GetValueOrDefault(name), Earlier: earlier)
                {
                    IsPrefixed = isPrefixed,
                    Until = isPrefixed ? read : null,
                    Lane = read.Lane,
                });
            }

            earlier ??= read.IsEarlier ? name : null;
        }
    }
}
