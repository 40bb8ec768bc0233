using Ganglion.Agents;
using Ganglion.DeadLetters;

namespace Ganglion.Registry;

/// <summary>Which topics a prefix stands for.</summary>
internal static class PrefixedTopics
{
    // What belongs to agents and to Ganglion itself holds no messages for subscribers.
    private static readonly string[] OwnSuffixes = [".inbox", ".state", ".timers", ".journal", DeadLetterTopic.Suffix];

    public static bool Include(string prefix, string topic) =>
        topic.StartsWith(prefix, StringComparison.Ordinal)
        && !topic.StartsWith("__", StringComparison.Ordinal)
        && !topic.StartsWith("ganglion.", StringComparison.Ordinal)
        && !OwnSuffixes.Any(suffix => topic.EndsWith(suffix, StringComparison.Ordinal))
        && TopicId.TryParse(topic + "/", null, out _);
}
