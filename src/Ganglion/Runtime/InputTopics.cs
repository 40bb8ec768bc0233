using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Routes;

namespace Ganglion.Runtime;

/// <summary>The topics that an agent reads, by name, each with the channel whose handler gets its events.</summary>
internal sealed class InputTopics
{
    // What a record batch adds to its record.
    private const int BatchRoom = 256;

    private readonly Dictionary<string, (string? Channel, bool IsCoPartitioned)> _topics = new(StringComparer.Ordinal);

    private InputTopics(AgentTopics own)
    {
        Own = own;
        _topics.Add(own.Inbox, (null, true));
    }

    /// <summary>The agent's own topics.</summary>
    public AgentTopics Own { get; }

    public IReadOnlyCollection<string> Names => _topics.Keys;

    /// <summary>The channel of a topic's events; <see langword="null"/> in the inbox.</summary>
    public string? ChannelOf(string topic) => _topics.GetValueOrDefault(topic).Channel;

    /// <summary>Whether the topic has as many partitions as the agent; otherwise its events are forwarded to the inbox.</summary>
    public bool IsCoPartitioned(string topic) => _topics[topic].IsCoPartitioned;

    /// <summary>How many bytes of key, value and headers the inbox takes for certain.</summary>
    public int MostForwarded { get; private init; }

    /// <summary>Creates what is missing, with as many partitions as the agent has. An inbox that exists decides how many that are.</summary>
    /// <exception cref="TopicException">A topic cannot be created.</exception>
    public static async Task<InputTopics> PrepareAsync(
        AgentDefinition agent, IRouteTable routes, ITopicAdministration topics, CancellationToken cancellationToken)
    {
        AgentTopics wanted = new(agent.Type, agent.Options.Partitions);
        TopicDescription inbox = await topics.EnsureAsync(
            wanted.Inbox, new TopicSettings { Partitions = wanted.Partitions }, cancellationToken).ConfigureAwait(false);
        AgentTopics own = wanted with { Partitions = inbox.Partitions.Count };
        var compacted = new TopicSettings { Partitions = own.Partitions, Cleanup = CleanupPolicy.Compact };
        await topics.EnsureAsync(own.State, compacted, cancellationToken).ConfigureAwait(false);
        await topics.EnsureAsync(own.Timers, compacted, cancellationToken).ConfigureAwait(false);
        await topics.EnsureAsync(own.Journal, compacted, cancellationToken).ConfigureAwait(false);

        var inputs = new InputTopics(own) { MostForwarded = (inbox.Settings.MaxMessageBytes ?? TopicSettings.DefaultMaxMessageBytes) - BatchRoom };
        foreach (string channel in agent.WholeChannels)
        {
            string topic = routes.Resolve(channel).Topic;
            TopicDescription description = await topics.EnsureAsync(
                topic, new TopicSettings { Partitions = own.Partitions }, cancellationToken).ConfigureAwait(false);
            inputs._topics.TryAdd(topic, (channel, description.Partitions.Count == own.Partitions));
        }

        return inputs;
    }
}
