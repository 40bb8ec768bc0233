namespace Ganglion.Models.Http;

/// <summary>How long an answer is waited for: until its caller gives up, or nothing has come for too long.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _givesUp;
    private readonly CancellationToken _caller;
    private readonly TimeSpan _timeout;

    public Patience(TimeSpan timeout, TimeProvider time, CancellationToken caller)
    {
        _timeout = timeout;
        _caller = caller;
        _over = new CancellationTokenSource(timeout, time);
        _givesUp = caller.UnsafeRegister(static over => ((CancellationTokenSource)over!).Cancel(), _over);
    }

    public CancellationToken Token => _over.Token;

    /// <summary>Something is waited for: the time begins anew.</summary>
    public void Begin() => _over.CancelAfter(_timeout);

    /// <summary>It has come: until more is waited for, no time counts.</summary>
    public void Pause() => _over.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Throws if it was the caller who has given up.</summary>
    public void ThrowIfGivenUp() => _caller.ThrowIfCancellationRequested();

    public void Dispose()
    {
        _givesUp.Dispose();
        _over.Dispose();
    }
}
