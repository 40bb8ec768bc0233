namespace Ganglion.Brokers.Listener.Protocol;

/// <summary>Where a setting comes from, by Kafka's numbers.</summary>
internal static class ConfigSource
{
    public const sbyte DynamicTopic = 1;
    public const sbyte Default = 5;
}
