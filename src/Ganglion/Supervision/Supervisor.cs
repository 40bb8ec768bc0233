using Microsoft.Extensions.Logging;

namespace Ganglion.Supervision;

/// <summary>Starts its children in their order, restarts those that break as its strategy says, and gives up when that is too often.</summary>
internal sealed partial class Supervisor(string name, SupervisorOptions options, TimeProvider time, ILogger logger) : ISupervised, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<ISupervised> _children = [];
    private List<RestartGroup> _groups = [];
    private RestartIntensity _intensity = new(options.MaxRestarts, options.RestartWindow, time);
    private CancellationTokenSource _stopping = new();
    private TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Task> _watching = [];
    private int _isDisposed;
    private bool _isStarted;
    private volatile string? _reason = "It is starting.";

    public string Name => name;

    public SupervisorOptions Options => options;

    public Task Broken => _broken.Task;

    /// <summary>Completes when nobody looks after its children any more: it is stopped or disposed of, or has given up.</summary>
    public Task Watching => Task.WhenAll(_watching);

    /// <summary>How it is doing.</summary>
    public SupervisorStatus Status => new(name, name == SupervisorOptions.Root ? null : options.Supervisor, options.Strategy, _reason is null, _reason);

    /// <summary>One more child, before it starts.</summary>
    public void Add(ISupervised child) => _children.Add(child);

    /// <summary>
    /// One more child, while it works: completes when the child has started. If it is stopped, to be restarted itself, the child starts with it.
    /// </summary>
    public async Task AddAsync(ISupervised child, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isStarted)
            {
                _children.Add(child);
                return;
            }

            if (options.Strategy == RestartStrategy.OneForOne || _groups.Count == 0)
            {
                await child.StartAsync(cancellationToken).ConfigureAwait(false);
                Watch([child]);
            }
            else
            {
                await _groups[0].AddAsync(child, cancellationToken).ConfigureAwait(false);
            }

            _children.Add(child);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await StartAllAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task StopAsync(string reason, CancellationToken cancellationToken)
    {
        _reason = reason;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await StopAllAsync(reason, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        // A host that could not start is disposed of without being stopped.
        _stopping.Cancel();
        _stopping.Dispose();
        _groups.ForEach(group => group.Dispose());
        _turn.Dispose();
    }

    private async Task StartAllAsync(CancellationToken cancellationToken)
    {
        _intensity = new RestartIntensity(options.MaxRestarts, options.RestartWindow, time);
        _broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stopping.Dispose();
        _stopping = new CancellationTokenSource();
        foreach (ISupervised child in _children)
        {
            try
            {
                await child.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                await StopAllAsync(exception.Message, cancellationToken).ConfigureAwait(false);
                throw;
            }
        }

        _isStarted = true;
        _reason = null;
        if (options.Strategy == RestartStrategy.OneForOne)
        {
            _children.ForEach(child => Watch([child]));
        }
        else if (_children.Count > 0)
        {
            Watch(_children);
        }
    }

    private async Task StopAllAsync(string reason, CancellationToken cancellationToken)
    {
        _isStarted = false;
        await Watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watching = [];
        _groups.ForEach(group => group.Dispose());
        _groups = [];
        if (options.Strategy == RestartStrategy.OneForOne)
        {
            await Task.WhenAll(_children.Select(child => child.StopAsync(reason, cancellationToken))).ConfigureAwait(false);
            return;
        }

        foreach (ISupervised child in Enumerable.Reverse(_children))
        {
            await child.StopAsync(reason, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Watch(IEnumerable<ISupervised> together)
    {
        var group = new RestartGroup(name, together, options, _intensity, time, logger);
        _groups.Add(group);
        CancellationToken stopping = _stopping.Token;
        _watching.Add(Task.Run(() => WatchAsync(group, stopping)));
    }

    private async Task WatchAsync(RestartGroup group, CancellationToken stopping)
    {
        try
        {
            await group.RestartBrokenAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Whatever breaks while all stops is no reason to begin anew.
        }
        catch (Exception exception)
        {
            _reason = exception.Message;
            LogGivenUp(exception, name, name == SupervisorOptions.Root ? "the host, which stops" : options.Supervisor);
            _broken.TrySetException(exception);
        }
    }

    [LoggerMessage(132, LogLevel.Critical, "The supervisor {Supervisor} has given up. It is up to the one above: {Above}.")]
    private partial void LogGivenUp(Exception exception, string supervisor, string above);
}
