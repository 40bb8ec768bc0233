using Ganglion.Agents;
using Ganglion.Runtime;
using Ganglion.Telemetry;

namespace Ganglion.Supervision;

/// <summary>An agent under its supervisor: each start is a subscription of its own, which goes on from the last commit.</summary>
internal sealed class SupervisedAgent(AgentDefinition agent, SubscriptionFactory subscriptions, AgentMetrics metrics) : ISupervised, IDisposable
{
    private volatile Subscription? _subscription;
    private volatile string? _reason = Starting;
    private int _starts;

    private const string Starting = "It is starting.";

    public string Name => agent.Type.Name;

    /// <summary>What it is.</summary>
    public AgentDefinition Definition => agent;

    public Task Broken => _subscription?.Broken ?? Task.CompletedTask;

    /// <summary>How it is doing.</summary>
    public AgentStatus Status => new(agent.Type, _reason is null, _reason)
    {
        Supervisor = agent.Options.Supervisor,
        Restarts = Math.Max(0, _starts - 1),
        BlockedHandlers = metrics.BlockedNow,
        Suspended = _subscription?.Suspended ?? [],
    };

    /// <summary>How an agent is doing that is about to start.</summary>
    public static AgentStatus NotStarted(AgentType agent) => new(agent, IsWorking: false, Starting);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = await subscriptions.StartAsync(cancellationToken).ConfigureAwait(false);
        _reason = null;
        if (Interlocked.Increment(ref _starts) > 1)
        {
            metrics.Restarted();
        }
    }

    public async Task StopAsync(string reason, CancellationToken cancellationToken)
    {
        _reason = reason;
        if (_subscription is not { } subscription)
        {
            return;
        }

        _subscription = null;
        if (!subscription.Broken.IsCompleted)
        {
            await subscription.StopAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await subscription.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => metrics.Dispose();
}
