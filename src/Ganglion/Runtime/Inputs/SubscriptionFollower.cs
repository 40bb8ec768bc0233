using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Registry;
using Ganglion.Routes;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Inputs;

/// <summary>Lets a member of an agent's group read what the agent subscribes to, as that changes.</summary>
internal sealed partial class SubscriptionFollower(
    AgentType agent,
    InputTopics inputs,
    SubscriptionRegistry registry,
    IRouteTable routes,
    Intake intake,
    IEventConsumer consumer,
    TimeProvider time,
    ILogger logger)
{
    // Topics that begin with a prefix come into being without a word to anybody.
    private static readonly TimeSpan LookForTopics = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private readonly AsyncSignal _routed = new();

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        routes.Changed += _routed.Set;
        try
        {
            await FollowChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            routes.Changed -= _routed.Set;
        }
    }

    private async Task FollowChangesAsync(CancellationToken cancellationToken)
    {
        Task routed = _routed.WaitAsync(cancellationToken).AsTask();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (routed.IsCompleted)
            {
                routed = _routed.WaitAsync(cancellationToken).AsTask();
            }

            (IReadOnlyList<SubscriptionEntry> entries, Task changed) = registry.Of(agent);
            try
            {
                bool isChanged = await inputs.UpdateAsync(entries, cancellationToken).ConfigureAwait(false);

                // Of what is read from a lane it is known at once that it is of one: its tier may be paused.
                intake.ApplyRoutes();
                if (isChanged)
                {
                    consumer.Subscribe(inputs.Names);
                }
            }
            catch (Exception exception) when (exception is GanglionException)
            {
                LogBroken(exception, agent, PauseAfterFault);
                changed = WaitAsync(PauseAfterFault, cancellationToken);
            }

            Task look = entries.Any(entry => entry.IsPrefix) ? WaitAsync(LookForTopics, cancellationToken) : changed;
            await Task.WhenAny(changed, routed, look).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(pause, time);
        await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(145, LogLevel.Error, "What {Agent} subscribes to cannot be read; it is tried again in {Pause}.")]
    private partial void LogBroken(Exception exception, AgentType agent, TimeSpan pause);
}
