using System.Runtime.ExceptionServices;
using Ganglion.Brokers;
using Ganglion.Runtime.Failures;
using Microsoft.Extensions.Logging;

namespace Ganglion.Supervision;

/// <summary>
/// Children of a supervisor that are restarted together: from the first, or from the one that broke to the last. A supervisor that
/// restarts each by itself has a group for each.
/// </summary>
/// <param name="supervisor">The name of the supervisor.</param>
/// <param name="children">The children, in the order in which they are started; all of them have been.</param>
/// <param name="options">What to do when one breaks.</param>
/// <param name="intensity">Counts the restarts of all groups of the supervisor.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told about restarts.</param>
internal sealed partial class RestartGroup(
    string supervisor, IEnumerable<ISupervised> children, SupervisorOptions options, RestartIntensity intensity, TimeProvider time, ILogger logger)
    : IDisposable
{
    // How long those that are stopped for another one's sake get to finish.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<ISupervised> _children = [.. children];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly BackOff _pauses = new(options.RestartDelay, options.MaxRestartDelay);
    private volatile TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;
    private long _failedAt;

    /// <summary>Starts one more child, behind the others, and looks after it from now on.</summary>
    public async Task AddAsync(ISupervised child, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await child.StartAsync(cancellationToken).ConfigureAwait(false);
            _children.Add(child);
            _added.SetResult();
            _added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Restarts children that break, until it is cancelled.</summary>
    /// <exception cref="RestartsExhaustedException">They break too often.</exception>
    /// <exception cref="FencedException">Another process has the name of this one.</exception>
    public async Task RestartBrokenAsync(CancellationToken stopping)
    {
        while (await WaitForFailureAsync(stopping).ConfigureAwait(false) is { } failed)
        {
            await _turn.WaitAsync(stopping).ConfigureAwait(false);
            try
            {
                await RestartAsync(failed, stopping).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<int?> WaitForFailureAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Task added = _added.Task;
            Task[] broken;
            await _turn.WaitAsync(stopping).ConfigureAwait(false);
            try
            {
                broken = [.. _children.Select(child => child.Broken)];
            }
            finally
            {
                _turn.Release();
            }

            Task first = await Task.WhenAny([.. broken, added]).WaitAsync(stopping).ConfigureAwait(false);
            if (Array.IndexOf(broken, first) is var failed and >= 0)
            {
                return failed;
            }
        }

        return null;
    }

    // Those before the one that failed work on, and may fail meanwhile.
    private async Task RestartAsync(int failed, CancellationToken stopping)
    {
        int working = _children.Count;
        Exception? cause = CauseOf(_children[failed]);
        while (working < _children.Count || cause is not null)
        {
            if (cause is not null)
            {
                TimeSpan pause = NoteFailure(_children[failed], cause);
                int first = options.Strategy == RestartStrategy.OneForAll ? 0 : failed;
                working = await StopAsync(first, working, failed, cause, stopping).ConfigureAwait(false);
                cause = null;
                Task due = Task.Delay(pause, time, stopping);
                if (await Task.WhenAny(_children.Take(working).Select(child => child.Broken).Append(due)).ConfigureAwait(false) != due)
                {
                    failed = _children.FindIndex(child => child.Broken.IsCompleted);
                    cause = CauseOf(_children[failed]);
                    continue;
                }

                await due.ConfigureAwait(false);
            }

            try
            {
                await _children[working].StartAsync(stopping).ConfigureAwait(false);
                LogRestarted(_children[working].Name, supervisor);
                working++;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                failed = working;
                cause = exception;
            }
        }
    }

    private static Exception CauseOf(ISupervised child) => child.Broken.Exception?.InnerException ?? new InvalidOperationException("It has ended.");

    private TimeSpan NoteFailure(ISupervised child, Exception cause)
    {
        if (cause is FencedException { Code: FencedException.InstanceFenced })
        {
            // Started again it would take the place back, and so would the other, for ever.
            ExceptionDispatchInfo.Throw(cause);
        }

        _failures = _failures > 0 && time.GetElapsedTime(_failedAt) <= options.RestartWindow ? _failures + 1 : 1;
        _failedAt = time.GetTimestamp();
        if (!intensity.TryRestart())
        {
            throw new RestartsExhaustedException(supervisor, options.MaxRestarts, options.RestartWindow, child.Name, cause);
        }

        TimeSpan pause = _pauses.After(_failures);
        LogBroken(cause, child.Name, supervisor, options.Strategy, pause);
        return pause;
    }

    // The last first: each may depend on those before it.
    private async Task<int> StopAsync(int first, int working, int failed, Exception cause, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        for (int i = Math.Max(working - 1, failed); i >= first; i--)
        {
            string reason = i == failed ? cause.Message : $"It is restarted because '{_children[failed].Name}' has broken: {cause.Message}";
            await _children[i].StopAsync(reason, either.Token).ConfigureAwait(false);
        }

        return first;
    }

    [LoggerMessage(130, LogLevel.Error, "{Child} has broken; its supervisor {Supervisor} ({Strategy}) starts again what is to be in {Pause}, from the last commit.")]
    private partial void LogBroken(Exception exception, string child, string supervisor, RestartStrategy strategy, TimeSpan pause);

    [LoggerMessage(131, LogLevel.Warning, "{Child} works again under its supervisor {Supervisor}.")]
    private partial void LogRestarted(string child, string supervisor);
}
