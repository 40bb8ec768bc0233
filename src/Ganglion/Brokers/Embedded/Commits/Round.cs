namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// What is committed together: everything that joined while the round before was being written. All of it becomes durable and
/// visible with one write and one flush, or none of it does.
/// </summary>
internal sealed class Round
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The batches in the order in which they joined.</summary>
    public List<RoundBatch> Batches { get; } = [];

    public long Bytes { get; set; }

    /// <summary>Told the round's end before anybody who waits for it, in the order in which they joined.</summary>
    public List<Action>? OnCommitted { get; set; }

    /// <summary>Completes when the round is on disk (as far as the flush policy says) and visible; fails if it could not be written.</summary>
    public Task Done => _done.Task;

    /// <summary>Completes when the round takes nobody any more: whoever found it full tries the next.</summary>
    public Task Closed => _closed.Task;

    public void Close() => _closed.TrySetResult();

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception exception)
    {
        _done.TrySetException(exception);
        _ = _done.Task.Exception; // Nobody need wait for a round; its failure is not unobserved for that.
    }
}
