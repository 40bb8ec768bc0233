using Ganglion.Brokers;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Groups;

// What the group gives and takes, as the native client calls it: on the member's thread, which waits until what is revoked is given back.
internal sealed partial class Membership
{
    // What this member has by the group's word. The thread's own, for the log.
    private readonly SortedSet<TopicPartition> _share = [];

    private IEnumerable<Client.TopicPartitionOffset> Assign(List<Client.TopicPartition> partitions)
    {
        _unpaused.AddRange(partitions);
        Enqueue(new Rebalance(RebalanceKind.Assigned, ToPartitions(partitions)));
        return partitions.Select(partition => new Client.TopicPartitionOffset(partition, Client.Offset.End));
    }

    private void Revoke(List<Client.TopicPartitionOffset> partitions)
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        var revocation = new Rebalance(RebalanceKind.Revoked, ToPartitions(partitions.Select(partition => partition.TopicPartition)));
        Enqueue(revocation);
        try
        {
            revocation.Completed.Wait(_closing.Token);
        }
        catch (OperationCanceledException)
        {
            // The member leaves with all that it has.
        }
    }

    private void Lose(List<Client.TopicPartitionOffset> partitions) =>
        Enqueue(new Rebalance(RebalanceKind.Lost, ToPartitions(partitions.Select(partition => partition.TopicPartition))));

    private void Enqueue(Rebalance rebalance)
    {
        if (rebalance.Partitions.Count > 0)
        {
            if (rebalance.Kind == RebalanceKind.Lost)
            {
                Interlocked.Increment(ref _losses);
            }

            UpdateShare(rebalance);
            _rebalances.Enqueue(rebalance);
            _changed();
        }
        else
        {
            rebalance.Complete();
        }
    }

    private void UpdateShare(Rebalance rebalance)
    {
        if (rebalance.Kind == RebalanceKind.Assigned)
        {
            _share.UnionWith(rebalance.Partitions);
        }
        else
        {
            _share.ExceptWith(rebalance.Partitions);
        }

        if (_logger.IsEnabled(LogLevel.Information))
        {
            LogShare(_groupId, _share.Count > 0 ? string.Join(", ", _share) : "none");
        }
    }

    private static List<TopicPartition> ToPartitions(IEnumerable<Client.TopicPartition> partitions) =>
        [.. partitions.Select(partition => new TopicPartition(partition.Topic, partition.Partition.Value))];

    [LoggerMessage(412, LogLevel.Information, "Of the group {Group}, this process has these partitions now: {Partitions}.")]
    private partial void LogShare(string group, string partitions);
}
