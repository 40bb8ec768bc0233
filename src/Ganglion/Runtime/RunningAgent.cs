using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Registry;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime;

/// <summary>Keeps an agent's subscription going: one that breaks is begun again after a pause.</summary>
internal sealed partial class RunningAgent(
    AgentDefinition agent, AgentSurroundings surroundings, AgentMetrics metrics, IEventBroker broker, SubscriptionRegistry subscriptions) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger = surroundings.Logger;
    private volatile AgentStatus _status = Starting(agent.Type);
    private CancellationToken _patience;
    private Task _keeping = Task.CompletedTask;

    /// <summary>What it is.</summary>
    public AgentDefinition Definition => agent;

    /// <summary>How it is doing.</summary>
    public AgentStatus Status => _status;

    /// <summary>How an agent is doing that is about to start.</summary>
    public static AgentStatus Starting(AgentType agent) => new(agent, IsWorking: false, "It is starting.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Subscription first = await SubscribeAsync(cancellationToken).ConfigureAwait(false);
        _keeping = Task.Run(() => KeepAsync(first), CancellationToken.None);
    }

    /// <summary>Stops as <see cref="Subscription.StopAsync"/> does.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _patience = cancellationToken;
        _status = new AgentStatus(agent.Type, IsWorking: false, "It is stopping.");
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        metrics.Dispose();
    }

    private async Task<Subscription> SubscribeAsync(CancellationToken cancellationToken)
    {
        Subscription subscription = await Subscription.StartAsync(agent, surroundings, metrics, broker, subscriptions, cancellationToken).ConfigureAwait(false);
        _status = new AgentStatus(agent.Type, IsWorking: true);
        return subscription;
    }

    private async Task KeepAsync(Subscription first)
    {
        Subscription? subscription = first;
        TimeSpan pause = FirstPause;
        do
        {
            long since = surroundings.Time.GetTimestamp();
            try
            {
                subscription ??= await SubscribeAsync(_stopping.Token).ConfigureAwait(false);
                await WorkAsync(subscription).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                pause = surroundings.Time.GetElapsedTime(since) > Calm ? FirstPause : pause;
                _status = new AgentStatus(agent.Type, IsWorking: false, exception.Message);
                LogBroken(exception, agent.Type, pause);
            }

            subscription = null;
            await Task.Delay(pause, surroundings.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        while (!_stopping.IsCancellationRequested);
    }

    // Until it breaks, or the host stops.
    private async Task WorkAsync(Subscription subscription)
    {
        await using var _ = subscription.ConfigureAwait(false);
        await subscription.Broken.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_stopping.IsCancellationRequested)
        {
            await subscription.StopAsync(_patience).ConfigureAwait(false);
        }

        await subscription.Broken.ConfigureAwait(false);
    }

    [LoggerMessage(130, LogLevel.Error, "The agent {Agent} has stopped working; it begins again from the last commit in {Pause}.")]
    private partial void LogBroken(Exception exception, AgentType agent, TimeSpan pause);
}
