using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Groups;

/// <summary>
/// Tells when a member has read all of its partitions to where they ended when it joined. A member to which nothing is assigned
/// for a while has nothing to read, either.
/// </summary>
internal sealed class CaughtUp : IRebalanceListener, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<TopicPartition, PartitionDescription> _bounds;
    private readonly Dictionary<TopicPartition, long> _next = [];
    private readonly AutoOffsetReset _reset;
    private readonly CancellationTokenSource _reached;

    public CaughtUp(IEnumerable<TopicDescription> topics, AutoOffsetReset reset, TimeProvider time)
    {
        _bounds = topics
            .SelectMany(topic => topic.Partitions, (topic, partition) => (Id: new TopicPartition(topic.Name, partition.Partition), partition))
            .ToDictionary(pair => pair.Id, pair => pair.partition);
        _reset = reset;
        _reached = new CancellationTokenSource(Patience, time);
    }

    /// <summary>Everything has been read.</summary>
    public CancellationToken Reached => _reached.Token;

    public void Read(ConsumedBatch batch)
    {
        _next[batch.Partition] = batch.NextOffset;
        Look();
    }

    public ValueTask OnAssignedAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> partitions, CancellationToken cancellationToken)
    {
        foreach ((TopicPartition partition, OffsetAndMetadata? committed) in partitions)
        {
            _next[partition] = BeginningOf(partition, committed);
        }

        Look();
        return ValueTask.CompletedTask;
    }

    public ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        foreach (TopicPartition partition in partitions)
        {
            _next.Remove(partition);
        }

        Look();
        return ValueTask.CompletedTask;
    }

    public ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        OnRevokedAsync(partitions, cancellationToken);

    public void Dispose() => _reached.Dispose();

    private long BeginningOf(TopicPartition partition, OffsetAndMetadata? committed)
    {
        if (!_bounds.TryGetValue(partition, out PartitionDescription? bounds))
        {
            return long.MaxValue;
        }

        return committed is { } offset && offset.Offset >= bounds.EarliestOffset ? offset.Offset
            : _reset == AutoOffsetReset.Earliest ? bounds.EarliestOffset
            : bounds.LatestOffset;
    }

    private void Look()
    {
        if (_next.Count == 0)
        {
            _reached.CancelAfter(Patience);
        }
        else if (_next.All(pair => !_bounds.TryGetValue(pair.Key, out PartitionDescription? bounds) || pair.Value >= bounds.LatestOffset))
        {
            _reached.Cancel();
        }
        else
        {
            _reached.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
}
