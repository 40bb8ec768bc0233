namespace Ganglion.Benchmarks.Subjects;

/// <summary>Counts from any thread, and tells when it has reached a number.</summary>
internal sealed class Counter
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private int _wanted = int.MaxValue;

    public void Increment()
    {
        if (Interlocked.Increment(ref _count) == Volatile.Read(ref _wanted))
        {
            _reached.TrySetResult();
        }
    }

    /// <summary>Completes when the count reaches a number; for one caller, before the counting begins.</summary>
    public Task WhenAsync(int count, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _wanted, count);
        return _reached.Task.WaitAsync(cancellationToken);
    }
}
