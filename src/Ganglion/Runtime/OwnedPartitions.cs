using System.Collections.Concurrent;
using Ganglion.Brokers;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Runtime;

/// <summary>What this process owns of an agent. Only rebalances change it, within the reading loop.</summary>
internal sealed class OwnedPartitions
{
    /// <summary>The partitions of the topics that the agent reads.</summary>
    public ConcurrentDictionary<TopicPartition, InputPartition> Inputs { get; } = new();

    /// <summary>The agent's own partitions, by their numbers.</summary>
    public ConcurrentDictionary<int, AgentPartition> Partitions { get; } = new();
}
