using Ganglion.Agents;
using Ganglion.Brokers;

namespace Ganglion.Runtime;

/// <summary>The topics that belong to an agent, all of as many partitions: an instance's key has the same partition in each.</summary>
internal sealed record AgentTopics(AgentType Agent, int Partitions)
{
    /// <summary>Events for one instance: forwarded ones, timers, answers.</summary>
    public string Inbox { get; } = Agents.Inbox.TopicOf(Agent.Name);

    /// <summary>The newest state of each instance; compacted.</summary>
    public string State { get; } = $"{Agent}.state";

    /// <summary>The timers that have not fired yet; compacted.</summary>
    public string Timers { get; } = $"{Agent}.timers";

    /// <summary>The journals of the invocations that are not over; compacted.</summary>
    public string Journal { get; } = $"{Agent}.journal";

    /// <summary>The partition of an instance's key.</summary>
    public int PartitionOf(ReadOnlySpan<byte> key) => Murmur2.PartitionOf(key, Partitions);
}
