using Ganglion.Brokers;

namespace Ganglion.Kafka.Reading;

/// <summary>Reads chosen partitions of the cluster.</summary>
internal sealed class KafkaReader : IEventReader
{
    private readonly ReadyQueue _queue = new();
    private readonly Dictionary<TopicPartition, FetchedPartition> _partitions;
    private readonly int _maxBytes;
    private volatile bool _isClosed;

    public KafkaReader(FetcherPool fetchers, IReadOnlyDictionary<TopicPartition, long> from, int maxBytes)
    {
        _maxBytes = maxBytes;
        _partitions = from.ToDictionary(start => start.Key, start => fetchers.Fetch(start.Key, start.Value, maxBytes, _queue));
    }

    public async ValueTask<ConsumedBatch> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            cancellationToken.ThrowIfCancellationRequested();
            if (_queue.TryRead(_maxBytes) is { } batch)
            {
                return batch;
            }

            await _queue.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Seek(TopicPartition partition, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        Find(partition).Seek(offset);
    }

    public long GetPosition(TopicPartition partition) => Find(partition).Position;

    public ValueTask DisposeAsync()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            foreach (FetchedPartition partition in _partitions.Values)
            {
                partition.Close();
            }

            _queue.Wake();
        }

        return ValueTask.CompletedTask;
    }

    private FetchedPartition Find(TopicPartition partition) =>
        _partitions.GetValueOrDefault(partition) ?? throw new ArgumentException($"This reader does not read {partition}.", nameof(partition));
}
