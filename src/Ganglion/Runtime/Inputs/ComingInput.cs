using Ganglion.Brokers;
using Ganglion.State;

namespace Ganglion.Runtime.Inputs;

/// <summary>A partition of a topic that has come, and of which something is still read from the log before its records may be.</summary>
/// <param name="Id">The topic and the partition.</param>
/// <param name="From">Where it stands.</param>
/// <param name="Partition">What brings the agent's partition of the same number; <see langword="null"/> where the topic has another number of them.</param>
/// <param name="Seen">What brings the events that it has seen.</param>
/// <param name="GiveUp">Fires when it goes before it is ready.</param>
internal sealed record ComingInput(
    TopicPartition Id, OffsetAndMetadata From, Task<AgentPartition>? Partition, Task<SeenEvents> Seen, CancellationTokenSource GiveUp)
{
    /// <summary>Completes when all is read, or something cannot be.</summary>
    public Task Ready { get; } = Task.WhenAll(Partition ?? Task.CompletedTask, Seen);
}
