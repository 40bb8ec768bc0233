using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime;

/// <summary>Keeps an agent's subscription going: one that breaks is begun again after a pause.</summary>
internal sealed partial class RunningAgent(
    AgentDefinition agent, AgentSurroundings surroundings, AgentMetrics metrics, IEventBroker broker)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource<CancellationToken> _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger = surroundings.Logger;
    private Task _keeping = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Subscription first = await SubscribeAsync(cancellationToken).ConfigureAwait(false);
        _keeping = Task.Run(() => KeepAsync(first), CancellationToken.None);
    }

    /// <summary>Stops as <see cref="Subscription.StopAsync"/> does.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.TrySetResult(cancellationToken);
        await _keeping.ConfigureAwait(false);
        metrics.Dispose();
    }

    private Task<Subscription> SubscribeAsync(CancellationToken cancellationToken) =>
        Subscription.StartAsync(agent, surroundings, metrics, broker, cancellationToken);

    private async Task KeepAsync(Subscription first)
    {
        Subscription? subscription = first;
        TimeSpan pause = FirstPause;
        while (true)
        {
            long since = surroundings.Time.GetTimestamp();
            try
            {
                subscription ??= await SubscribeAsync(CancellationToken.None).ConfigureAwait(false);
                if (await Task.WhenAny(subscription.Broken, _stop.Task).ConfigureAwait(false) == _stop.Task)
                {
                    await subscription.StopAsync(await _stop.Task.ConfigureAwait(false)).ConfigureAwait(false);
                    return;
                }

                await subscription.Broken.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                pause = surroundings.Time.GetElapsedTime(since) > Calm ? FirstPause : pause;
                LogBroken(exception, agent.Type, pause);
            }

            if (subscription is not null)
            {
                await subscription.DisposeAsync().ConfigureAwait(false);
                subscription = null;
            }

            await Task.WhenAny(Task.Delay(pause, surroundings.Time), _stop.Task).ConfigureAwait(false);
            if (_stop.Task.IsCompleted)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    [LoggerMessage(130, LogLevel.Error, "The agent {Agent} has stopped working; it begins again from the last commit in {Pause}.")]
    private partial void LogBroken(Exception exception, AgentType agent, TimeSpan pause);
}
