using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Routes;

namespace Ganglion.Registry;

/// <summary>Which channels a prefix stands for.</summary>
internal static class PrefixedTopics
{
    // What belongs to agents and to Ganglion itself holds no messages for subscribers.
    private static readonly string[] OwnSuffixes = [".inbox", ".state", ".timers", ".journal", DeadLetterTopic.Suffix];

    /// <summary>The channels that begin with a prefix, as far as there are topics of them, and what is to be read of each.</summary>
    public static IEnumerable<ReadChannel> ChannelsOf(string prefix, IEnumerable<TopicDescription> topics, IRouteTable routes) =>
        topics.SelectMany(topic => routes.ChannelsOf(topic.Name)).Where(channel => Include(prefix, channel.Channel)).DistinctBy(channel => channel.Channel);

    private static bool Include(string prefix, string topic) =>
        topic.StartsWith(prefix, StringComparison.Ordinal)
        && !topic.StartsWith("__", StringComparison.Ordinal)
        && !topic.StartsWith("ganglion.", StringComparison.Ordinal)
        && !OwnSuffixes.Any(suffix => topic.EndsWith(suffix, StringComparison.Ordinal))
        && TopicId.TryParse(topic + "/", null, out _);
}
