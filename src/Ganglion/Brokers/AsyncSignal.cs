namespace Ganglion.Brokers;

/// <summary>
/// Wakes one waiter. Setting it is cheap and may happen any number of times before somebody waits; whoever has waited looks
/// again at everything that it waits for, so that a signal between two waits is never lost.
/// </summary>
internal sealed class AsyncSignal
{
    private TaskCompletionSource _next = Create();

    /// <summary>Lets the current waiter go on, or the next one not wait at all. Never runs the waiter's code on this thread.</summary>
    public void Set()
    {
        // What the waiter is to see must be written before the signal is looked at, and the waiter looks in the opposite order:
        // without full fences both could miss each other.
        Interlocked.MemoryBarrier();
        _next.TrySetResult();
    }

    /// <summary>Waits for <see cref="Set"/>. For one waiter at a time.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await _next.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _next, Create());
    }

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
