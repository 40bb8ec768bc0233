using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Registry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Inputs;

/// <summary>Lets a member of an agent's group read what the agent subscribes to, as that changes.</summary>
internal sealed partial class SubscriptionFollower(
    AgentType agent, InputTopics inputs, SubscriptionRegistry registry, IEventConsumer consumer, TimeProvider time, ILogger logger)
{
    // Topics that begin with a prefix come into being without a word to anybody.
    private static readonly TimeSpan LookForTopics = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            (IReadOnlyList<SubscriptionEntry> entries, Task changed) = registry.Of(agent);
            try
            {
                if (await inputs.UpdateAsync(entries, cancellationToken).ConfigureAwait(false))
                {
                    consumer.Subscribe(inputs.Names);
                }
            }
            catch (Exception exception) when (exception is GanglionException)
            {
                LogBroken(exception, agent, PauseAfterFault);
                changed = WaitAsync(PauseAfterFault, cancellationToken);
            }

            Task next = entries.Any(entry => entry.IsPrefix) ? Task.WhenAny(changed, WaitAsync(LookForTopics, cancellationToken)) : changed;
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
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
