using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Fetching;

/// <summary>Reads partitions for a client, and waits until there is enough.</summary>
internal sealed class FetchOperation : IDisposable
{
    private readonly List<(FetchedPartition Asked, Partition Partition)> _partitions = [];
    private readonly HashSet<Partition> _watched = [];
    private readonly TimeProvider _time;
    private readonly bool _readsCommitted;
    private readonly int _maxBytes;
    private readonly bool _hasFaults;
    private TaskCompletionSource _appended = NewSignal();

    /// <param name="catalog">The topics.</param>
    /// <param name="topics">What is to be read.</param>
    /// <param name="readsCommitted">Whether open transactions are not to be read.</param>
    /// <param name="maxBytes">The most bytes of all together, except that one batch is read whole.</param>
    /// <param name="time">The clock.</param>
    public FetchOperation(TopicCatalog catalog, List<FetchedTopic> topics, bool readsCommitted, int maxBytes, TimeProvider time)
    {
        _time = time;
        _readsCommitted = readsCommitted;
        _maxBytes = maxBytes;
        foreach (FetchedTopic topic in topics)
        {
            Topic? known = topic.FindIn(catalog);
            foreach (FetchedPartition asked in topic.Partitions)
            {
                if (known?.Partitions.ElementAtOrDefault(asked.Number) is { } partition)
                {
                    _partitions.Add((asked, partition));
                    Watch(partition);
                }
                else
                {
                    asked.Fail(known is null && topic.Name is null ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition);
                    _hasFaults = true;
                }
            }
        }
    }

    /// <summary>Reads until there is enough, or the time is over.</summary>
    public async ValueTask ReadAsync(int minBytes, TimeSpan maxWait, CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        while (true)
        {
            Task appended = Volatile.Read(ref _appended).Task;
            bool isEnough = await ReadOnceAsync(minBytes, cancellationToken).ConfigureAwait(false);
            TimeSpan left = maxWait - _time.GetElapsedTime(start);
            if (isEnough || left <= TimeSpan.Zero)
            {
                return;
            }

            await appended.WaitAsync(left, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            Volatile.Write(ref _appended, NewSignal());
        }
    }

    public void Dispose()
    {
        foreach (Partition partition in _watched)
        {
            partition.Appended -= OnAppended;
        }
    }

    // Once, however often a client names it: each further time would cost as much as all those before.
    private void Watch(Partition partition)
    {
        if (_watched.Add(partition))
        {
            partition.Appended += OnAppended;
        }
    }

    private async ValueTask<bool> ReadOnceAsync(int minBytes, CancellationToken cancellationToken)
    {
        long bytes = 0;
        bool failed = _hasFaults;
        foreach ((FetchedPartition asked, Partition partition) in _partitions)
        {
            int left = (int)Math.Clamp(_maxBytes - bytes, bytes == 0 ? 1 : 0, int.MaxValue);
            await asked.ReadAsync(partition, _readsCommitted, left, cancellationToken).ConfigureAwait(false);
            bytes += asked.Bytes;
            failed |= asked.Error != ErrorCode.None;
        }

        return failed || bytes >= minBytes || _partitions.Count == 0;
    }

    // Called by the committer: only sets a signal.
    private void OnAppended() => Volatile.Read(ref _appended).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
