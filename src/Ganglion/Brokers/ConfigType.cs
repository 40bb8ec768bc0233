namespace Ganglion.Brokers;

/// <summary>What values a setting of a topic has, by Kafka's numbers (DescribeConfigs, KIP-569).</summary>
internal enum ConfigType : sbyte
{
    Int = 3,
    Long = 5,
    List = 7,
}
