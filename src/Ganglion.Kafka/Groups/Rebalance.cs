using Ganglion.Brokers;

namespace Ganglion.Kafka.Groups;

/// <summary>Partitions come to a member, or go from it.</summary>
/// <param name="kind">Which of it.</param>
/// <param name="partitions">The partitions that the group shares out.</param>
internal sealed class Rebalance(RebalanceKind kind, IReadOnlyCollection<TopicPartition> partitions)
{
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RebalanceKind Kind => kind;

    public IReadOnlyCollection<TopicPartition> Partitions => partitions;

    /// <summary>Completes when the member has finished with what goes.</summary>
    public Task Completed => _completed.Task;

    public void Complete() => _completed.TrySetResult();
}
