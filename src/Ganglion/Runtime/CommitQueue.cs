namespace Ganglion.Runtime;

/// <summary>Finished events that wait for the next commit. While one commit is under way, the next collects here.</summary>
internal sealed class CommitQueue : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _filled = new(0);
    private List<Invocation> _open = [];
    private List<TaskCompletionSource> _flushes = [];

    /// <summary>An event is finished. Those of one instance come in order.</summary>
    public void Add(Invocation invocation)
    {
        bool wasEmpty;
        lock (_lock)
        {
            wasEmpty = _open.Count == 0 && _flushes.Count == 0;
            _open.Add(invocation);
        }

        if (wasEmpty)
        {
            _filled.Release();
        }
    }

    /// <summary>Completes when everything that was added before is committed.</summary>
    public Task FlushAsync()
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool wasEmpty;
        lock (_lock)
        {
            wasEmpty = _open.Count == 0 && _flushes.Count == 0;
            _flushes.Add(flushed);
        }

        if (wasEmpty)
        {
            _filled.Release();
        }

        return flushed.Task;
    }

    /// <summary>Waits for something to commit, and takes all of it.</summary>
    /// <param name="empty">Is filled next.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<(List<Invocation> Finished, IReadOnlyList<TaskCompletionSource> Flushes)> TakeAsync(
        List<Invocation> empty, CancellationToken cancellationToken)
    {
        await _filled.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            (List<Invocation> finished, _open) = (_open, empty);
            if (_flushes.Count == 0)
            {
                return (finished, []);
            }

            (List<TaskCompletionSource> flushes, _flushes) = (_flushes, []);
            return (finished, flushes);
        }
    }

    public void Dispose() => _filled.Dispose();
}
