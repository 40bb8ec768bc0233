namespace Ganglion.Brokers.Listener.Protocol;

/// <summary>What has settings, by Kafka's numbers.</summary>
internal static class ConfigResource
{
    public const sbyte Topic = 2;
}
