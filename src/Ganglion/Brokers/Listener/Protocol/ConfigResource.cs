namespace Ganglion.Brokers.Listener.Protocol;

/// <summary>What has settings, by Kafka's numbers.</summary>
internal static class ConfigResource
{
    public const sbyte Topic = 2;
    public const sbyte Broker = 4;
    public const sbyte BrokerLogger = 8;
    public const sbyte ClientMetrics = 16;
    public const sbyte Group = 32;

    /// <summary>Whether Kafka knows it.</summary>
    public static bool IsKnown(sbyte type) => type is Topic or Broker or BrokerLogger or ClientMetrics or Group;
}
