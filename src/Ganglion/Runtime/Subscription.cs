using Ganglion.Agents;
using Ganglion.Faults;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime;

/// <summary>
/// An agent at work in this process: a member of the agent's consumer group with the partitions that it owns, from joining the
/// group until it leaves, or until something breaks.
/// </summary>
/// <remarks>
/// Two loops: one reads and follows the group's rebalances, one commits; a third follows what the agent subscribes to, a fourth
/// moves on where that has ended, and a fifth watches for handlers that block. In between, the thread pool takes the instances' turns.
/// </remarks>
internal sealed partial class Subscription(SubscriptionParts parts, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopReading = new();
    private readonly CancellationTokenSource _stopCommitting = new();
    private Task _reading = Task.CompletedTask;
    private Task _committing = Task.CompletedTask;
    private Task _following = Task.CompletedTask;
    private Task _movingOn = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;
    private int _isDisposed;

    /// <summary>The partitions in which everything fails.</summary>
    public IReadOnlyList<SuspendedPartition> Suspended =>
        parts.Owned.Partitions.Values.Select(partition => partition.Suspension.Status).OfType<SuspendedPartition>().ToArray();

    /// <summary>Fails when something breaks: dispose of the subscription, and start anew.</summary>
    public Task Broken { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the loops. The parts may call the subscription from here on.</summary>
    public void Start()
    {
        _committing = Task.Run(() => parts.CommitLoop.RunAsync(_stopCommitting.Token));
        _reading = Task.Run(ReadAsync);
        _following = Task.Run(() => parts.Follower.FollowAsync(_stopReading.Token));
        _movingOn = Task.Run(() => parts.Ended.WatchAsync(_stopReading.Token));
        _watching = Task.Run(() => parts.Watchdog.WatchAsync(_stopReading.Token));
        Broken = Task.WhenAny(_reading, _committing, _following, _movingOn, parts.Turns.Broken).Unwrap();
    }

    /// <summary>
    /// Reads no more and begins nothing more, lets handlers that are running finish, commits, and leaves the group.
    /// </summary>
    /// <param name="cancellationToken">Ends the patience: what is not finished is not committed, and will be done again.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopReading.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await parts.Answers.DisposeAsync().ConfigureAwait(false);
        await DrainAsync(parts.Owned.Partitions.Values, cancellationToken).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Drops everything that is not committed, and leaves the group.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stopReading.CancelAsync().ConfigureAwait(false);
        await _stopCommitting.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _movingOn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _committing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await TryAsync(parts.Answers.DisposeAsync).ConfigureAwait(false);
        await TryAsync(parts.Coming.DisposeAsync).ConfigureAwait(false);
        await TryAsync(() => DropAsync([.. parts.Owned.Inputs.Keys])).ConfigureAwait(false);
        await TryAsync(parts.Consumer.DisposeAsync).ConfigureAwait(false);
        await TryAsync(parts.Producer.DisposeAsync).ConfigureAwait(false);
        _stopReading.Dispose();
        _stopCommitting.Dispose();
    }

    // A consumer that stays in its group keeps partitions that nobody reads: it leaves whatever fails before.
    private async ValueTask TryAsync(Func<ValueTask> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotDisposed(exception, parts.Agent.Type);
        }
    }

    // Lets handlers finish that are running, and commits what they did.
    private async Task DrainAsync(IEnumerable<AgentPartition> partitions, CancellationToken cancellationToken)
    {
        Task drained = Task.WhenAll(partitions.Select(partition => partition.DrainAsync()));
        await drained.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        FaultHook.Reach(FaultPoints.AgentDrained);
        if (!_committing.IsCompleted)
        {
            Task flushed = Task.WhenAny(parts.Commits.FlushAsync(), _committing);
            await flushed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(121, LogLevel.Error, "A part of {Agent} could not be put away when it stopped; the rest was.")]
    private partial void LogNotDisposed(Exception exception, AgentType agent);
}
