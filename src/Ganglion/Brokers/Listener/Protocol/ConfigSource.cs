namespace Ganglion.Brokers.Listener.Protocol;

/// <summary>Where a setting comes from, by Kafka's numbers.</summary>
internal static class ConfigSource
{
    public const sbyte DynamicTopic = 1;
    public const sbyte Default = 5;

    /// <summary>Whether a topic's setting is its own, or as the broker's default.</summary>
    /// <param name="entry">The setting.</param>
    /// <param name="defaults">What it would be otherwise.</param>
    public static sbyte Of(KeyValuePair<string, string> entry, Dictionary<string, string> defaults) =>
        defaults.GetValueOrDefault(entry.Key) == entry.Value ? Default : DynamicTopic;
}
