using Ganglion.Brokers;

namespace Ganglion.Kafka.Reading;

/// <summary>
/// The native clients that fetch records for this process. One is enough for all partitions that are read once; who reads a partition
/// that another loop reads already gets another client for it.
/// </summary>
internal sealed class FetcherPool(Func<Fetcher> create) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Fetcher> _fetchers = [];
    private bool _isDisposed;

    /// <summary>Begins to fetch a partition.</summary>
    public FetchedPartition Fetch(TopicPartition id, long start, int maxBytes, ReadyQueue queue)
    {
        var partition = new FetchedPartition(id, start, maxBytes, queue);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(KafkaBroker));
            if (!_fetchers.Any(fetcher => fetcher.TryTake(partition)))
            {
                Fetcher more = create();
                more.Emptied += End;
                _fetchers.Add(more);
                more.TryTake(partition);
            }
        }

        return partition;
    }

    /// <summary>All that is fetched at present.</summary>
    public FetchedPartition[] Partitions
    {
        get
        {
            lock (_lock)
            {
                return [.. _fetchers.SelectMany(fetcher => fetcher.Partitions)];
            }
        }
    }

    /// <summary>How many partitions are held back at present.</summary>
    public int HeldBack
    {
        get
        {
            lock (_lock)
            {
                return _fetchers.Sum(fetcher => fetcher.HeldBack);
            }
        }
    }

    /// <summary>How many native clients there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _fetchers.Count;
            }
        }
    }

    // One stays for whoever reads next.
    private void End(Fetcher idle)
    {
        lock (_lock)
        {
            if (_isDisposed || _fetchers.Count == 1 || !idle.IsIdle || !_fetchers.Remove(idle))
            {
                return;
            }
        }

        _ = idle.DisposeAsync().AsTask();
    }

    public async ValueTask DisposeAsync()
    {
        Fetcher[] all;
        lock (_lock)
        {
            _isDisposed = true;
            all = [.. _fetchers];
        }

        await Task.WhenAll(all.Select(fetcher => fetcher.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}
