using Ganglion.Brokers;

namespace Ganglion.Kafka.Reading;

/// <summary>Reads chosen partitions of the cluster.</summary>
internal sealed class KafkaReader : IEventReader
{
    private readonly ReadyQueue _queue = new();
    private readonly Dictionary<TopicPartition, FetchedPartition> _partitions;
    private readonly int _maxBytes;
    private readonly CancellationTokenRegistration _brokerClosing;
    private volatile bool _isClosed;

    /// <param name="fetchers">Fetch for it.</param>
    /// <param name="from">The partitions, and where it begins in each.</param>
    /// <param name="maxBytes">How much it takes at a time.</param>
    /// <param name="brokerClosing">Cancelled when the broker is disposed of: whoever reads then is told each time.</param>
    public KafkaReader(FetcherPool fetchers, IReadOnlyDictionary<TopicPartition, long> from, int maxBytes, CancellationToken brokerClosing)
    {
        _maxBytes = maxBytes;
        _partitions = from.ToDictionary(start => start.Key, start => fetchers.Fetch(start.Key, start.Value, maxBytes, _queue));
        _brokerClosing = brokerClosing.UnsafeRegister(static reader => ((KafkaReader)reader!).Close(), this);
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
        _brokerClosing.Unregister();
        Close();
        return ValueTask.CompletedTask;
    }

    private void Close()
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
    }

    private FetchedPartition Find(TopicPartition partition) =>
        _partitions.GetValueOrDefault(partition) ?? throw new ArgumentException($"This reader does not read {partition}.", nameof(partition));
}
