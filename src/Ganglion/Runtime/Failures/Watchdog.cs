using Ganglion.Agents;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Failures;

/// <summary>
/// Gives handlers up that block their thread: they cannot be ended, but their instance, and those who wait for a place, go on. A handler
/// that awaits is ended by its own timeout.
/// </summary>
/// <param name="agent">The agent.</param>
/// <param name="partitions">The agent's partitions that this process owns.</param>
/// <param name="giveUp">Ends a turn with an exception.</param>
/// <param name="metrics">Counts what is blocked.</param>
/// <param name="logger">Told about each.</param>
internal sealed partial class Watchdog(
    AgentDefinition agent,
    IEnumerable<AgentPartition> partitions,
    Action<Invocation, HandlerBlockedException> giveUp,
    AgentMetrics metrics,
    ILogger logger)
{
    // A turn that was under way at so many looks has taken between one and one and a quarter of its time.
    private const int Looks = 5;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    /// <summary>Looks at what is under way, four times within a handler's time, until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        TimeSpan timeout = agent.Options.HandlerTimeout;
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        TimeSpan pause = timeout / (Looks - 1);
        // A thread is blocked in real time, whatever clock the agents go by.
        using var timer = new PeriodicTimer(pause > ShortestPause ? pause : ShortestPause, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach ((Invocation invocation, AgentContext call) in partitions.SelectMany(partition => partition.FindLongTurns(Looks)))
            {
                if (call.TryAbandon())
                {
                    GiveUp(invocation, call);
                }
            }
        }
    }

    private void GiveUp(Invocation invocation, AgentContext call)
    {
        var blocked = new HandlerBlockedException(
            $"The handler of '{call.Channel}' in {call.Self} has blocked its thread for longer than {agent.Options.HandlerTimeout}. "
                + "Let it await what it waits for, and heed its cancellation token.");
        metrics.Blocked(1);
        LogBlocked(blocked, invocation.Origin, metrics.BlockedNow);
        giveUp(invocation, blocked);
        call.Execution?.End();
        call.Close();
    }

    [LoggerMessage(118, LogLevel.Error, "The handler of {Origin} blocks its thread and is given up; {Count} such threads are lost by now.")]
    private partial void LogBlocked(Exception exception, Inputs.Origin origin, int count);
}
