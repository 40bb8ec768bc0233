namespace Ganglion.Journal;

/// <summary>
/// Runs what a handler awaits, one thing at a time, on the thread that plays its journal: so the order is certain. Notices what comes
/// from elsewhere.
/// </summary>
internal sealed class Continuations : SynchronizationContext
{
    private readonly Lock _lock = new();
    private Queue<(SendOrPostCallback Callback, object? State)>? _ready;
    private TaskCompletionSource? _signal;
    private Thread? _runner;
    private bool _isOver;

    /// <summary>Whether something went on that was not run from here: the handler has awaited something that no journal knows.</summary>
    public bool CameFromElsewhere { get; private set; }

    /// <summary>Whether the caller is what the handler does, at its turn.</summary>
    public bool IsRunningHere => _runner == Thread.CurrentThread;

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_lock)
        {
            CameFromElsewhere |= !IsRunningHere;
            if (!_isOver)
            {
                (_ready ??= []).Enqueue((d, state));
                _signal?.TrySetResult();
            }
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A handler cannot be called into while it waits.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Lets the caller run what belongs to the handler, until it calls <see cref="Leave"/>.</summary>
    /// <returns>For <see cref="Leave"/>.</returns>
    public SynchronizationContext? Enter()
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        _runner = Thread.CurrentThread;
        return before;
    }

    public void Leave(SynchronizationContext? before)
    {
        _runner = null;
        SetSynchronizationContext(before);
    }

    /// <summary>Runs what can run, until nothing is left.</summary>
    public void RunAll()
    {
        SynchronizationContext? before = Enter();
        try
        {
            while (TryTake(out (SendOrPostCallback Callback, object? State) next))
            {
                next.Callback(next.State);
            }
        }
        finally
        {
            Leave(before);
        }
    }

    /// <summary>Ends a wait.</summary>
    public void Signal()
    {
        lock (_lock)
        {
            _signal?.TrySetResult();
        }
    }

    /// <summary>What a wait is for may have come already: look once more between this and <see cref="WaitAsync"/>.</summary>
    public void PrepareToWait()
    {
        lock (_lock)
        {
            _signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_ready is { Count: > 0 })
            {
                _signal.SetResult();
            }
        }
    }

    /// <summary>Waits for something to run, or for a signal since <see cref="PrepareToWait"/>.</summary>
    public Task WaitAsync() => _signal!.Task;

    /// <summary>Nothing is run any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            _ready = null;
        }
    }

    private bool TryTake(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (_lock)
        {
            next = default;
            return _ready?.TryDequeue(out next) ?? false;
        }
    }
}
