namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// What is committed together: everything that joined while the round before was being written. All of it becomes durable and
/// visible with one write and one flush, or none of it does.
/// </summary>
internal sealed class Round
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _closed;

    /// <summary>The batches in the order in which they joined.</summary>
    public List<RoundBatch> Batches { get; } = [];

    public long Bytes { get; set; }

    /// <summary>Told when the round is visible, before anybody who waits for it, in the order in which they joined.</summary>
    public List<Action>? OnCommitted { get; set; }

    /// <summary>Completes when the round is on disk (as far as the flush policy says) and visible; fails if it could not be written.</summary>
    public Task Done => _done.Task;

    /// <summary>Completes when the round takes nobody any more: whoever found it full tries the next. Guarded by the committer's lock.</summary>
    public Task WhenClosed() => (_closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Nobody joins any more. Guarded by the committer's lock.</summary>
    public void Close() => _closed?.SetResult();

    /// <summary>Acknowledges everybody. What they do next runs on the thread pool.</summary>
    /// <param name="failure">Why the round could not be committed; null if it was.</param>
    public void Settle(Exception? failure)
    {
        if (failure is null)
        {
            _done.SetResult();
        }
        else
        {
            _done.SetException(failure);
            _ = _done.Task.Exception; // Nobody need wait for a round; its failure is not unobserved for that.
        }

        foreach (RoundBatch batch in Batches)
        {
            batch.Acknowledge(failure);
        }
    }
}
