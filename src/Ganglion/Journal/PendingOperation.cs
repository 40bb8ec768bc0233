using System.Threading.Tasks.Sources;
using Ganglion.Events;

namespace Ganglion.Journal;

/// <summary>An operation that a handler has begun in this process.</summary>
/// <param name="operation">Which.</param>
/// <param name="work">Does an effect, given its number; <see langword="null"/> for what ends by itself.</param>
/// <param name="check">Throws if the handler can do nothing with an outcome.</param>
internal sealed class PendingOperation(Operation operation, Func<int, Task<Outcome>>? work, Action<Outcome>? check) : IValueTaskSource<Outcome>
{
    private Action<PendingOperation>? _done;

    // Not asynchronous: what awaits it is to go on where the outcome is handed over. Not locked: that is always the handler's own turn.
    private ManualResetValueTaskSourceCore<Outcome> _ended;

    public Operation Operation => operation;

    /// <summary>The outcome; to be awaited once, and without a context: what awaits it goes on within <see cref="End"/>, in the handler's turn.</summary>
    public ValueTask<Outcome> Ended => new(this, _ended.Version);

    public bool HasEnded { get; private set; }

    /// <summary>Whether there is a timer for it, which is not to fire when it has ended otherwise.</summary>
    public bool HasTimer { get; set; }

    /// <summary>Who was called: to be told if nobody waits any more.</summary>
    public Callee? Callee { get; set; }

    /// <summary>Whether it is an effect that has not been begun here.</summary>
    public bool IsToBeDone { get; private set; } = work is not null;

    /// <summary>Does the effect on the thread pool; once.</summary>
    /// <param name="done">Takes it when it is done.</param>
    public void Begin(Action<PendingOperation> done)
    {
        // Here, and not where it is done: whoever looks next must see it, however long the thread pool takes.
        IsToBeDone = false;
        _done = done;
        ThreadPool.QueueUserWorkItem(static effect => effect.Do(), this, preferLocal: false);
    }

    /// <summary>Looks at an outcome that has come from outside, before it counts.</summary>
    /// <exception cref="RejectedAnswerException">The handler can do nothing with it.</exception>
    public void Check(Outcome outcome)
    {
        try
        {
            if (outcome.Failure is null)
            {
                check?.Invoke(outcome);
            }
        }
        catch (EventDataException exception)
        {
            throw new RejectedAnswerException(exception);
        }
    }

    /// <summary>What the effect has come to, when it is done.</summary>
    public Task<Outcome>? Work { get; private set; }

    /// <summary>Hands the outcome to the handler, which goes on within this call.</summary>
    public void End(Outcome outcome)
    {
        if (!HasEnded)
        {
            HasEnded = true;
            _ended.SetResult(outcome);
        }
    }

    Outcome IValueTaskSource<Outcome>.GetResult(short token) => _ended.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Outcome>.GetStatus(short token) => _ended.GetStatus(token);

    void IValueTaskSource<Outcome>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _ended.OnCompleted(continuation, state, token, flags);

    private void Do()
    {
        try
        {
            Work = work!(operation.Number);
        }
        catch (Exception exception)
        {
            Work = Task.FromException<Outcome>(exception);
        }

        if (Work.IsCompleted)
        {
            _done!(this);
        }
        else
        {
            Work.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => _done!(this));
        }
    }
}
