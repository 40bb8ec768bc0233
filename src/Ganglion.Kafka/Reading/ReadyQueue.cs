using System.Collections.Concurrent;
using Ganglion.Brokers;

namespace Ganglion.Kafka.Reading;

/// <summary>The partitions of one reading loop that have something to read, in the order of their turns.</summary>
internal sealed class ReadyQueue
{
    private readonly ConcurrentQueue<FetchedPartition> _ready = new();
    private readonly AsyncSignal _signal = new();

    /// <summary>A partition has something: it gets its turn behind all others.</summary>
    public void Append(FetchedPartition partition)
    {
        _ready.Enqueue(partition);
        _signal.Set();
    }

    /// <summary>Lets the loop look again.</summary>
    public void Wake() => _signal.Set();

    public ValueTask WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(cancellationToken);

    /// <summary>Reads the partition whose turn it is.</summary>
    /// <returns>Its records; <see langword="null"/> if no partition has any now.</returns>
    public ConsumedBatch? TryRead(int maxBytes)
    {
        while (_ready.TryDequeue(out FetchedPartition? partition))
        {
            if (partition.TryTake(maxBytes) is { } batch)
            {
                return batch;
            }
        }

        return null;
    }
}
