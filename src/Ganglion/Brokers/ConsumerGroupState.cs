namespace Ganglion.Brokers;

/// <summary>The states of a consumer group, with Kafka's names.</summary>
public enum ConsumerGroupState
{
    /// <summary>It has committed offsets but no members.</summary>
    Empty,

    /// <summary>Partitions are changing hands.</summary>
    Rebalancing,

    /// <summary>Every partition has its owner.</summary>
    Stable,
}
