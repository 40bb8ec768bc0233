using Ganglion.Brokers;

namespace Ganglion.Runtime.Inputs;

/// <summary>Stands for a listener that comes into being after the consumer that it listens to.</summary>
internal sealed class RebalanceRelay : IRebalanceListener
{
    public IRebalanceListener? Listener { private get; set; }

    public ValueTask OnAssignedAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> partitions, CancellationToken cancellationToken) =>
        Listener!.OnAssignedAsync(partitions, cancellationToken);

    public ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        Listener!.OnRevokedAsync(partitions, cancellationToken);

    public ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        Listener!.OnLostAsync(partitions, cancellationToken);
}
