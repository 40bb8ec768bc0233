namespace Ganglion.Brokers.Listener;

/// <summary>How long a client may take for what it does again and again. When it takes longer, a token fires, once and for all.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _ended;

    /// <param name="limit">How long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Fires the token, too.</param>
    public Patience(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Limit = limit;
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _over.Token);
    }

    /// <summary>How long.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Whether it has taken too long.</summary>
    public bool IsOver => _over.IsCancellationRequested;

    /// <summary>Fires when it takes too long, or nobody waits any more.</summary>
    public CancellationToken Token => _ended.Token;

    /// <summary>Waits from now on.</summary>
    public void Start() => _over.CancelAfter(Limit);

    /// <summary>The client has done it.</summary>
    public void Stop() => _over.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _ended.Dispose();
        _over.Dispose();
    }
}
