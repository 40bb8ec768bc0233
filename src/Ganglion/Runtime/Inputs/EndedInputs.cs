using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Runtime.Commits;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Inputs;

/// <summary>
/// Moves the agent's offsets on in partitions that have ended because a route leads elsewhere. What comes there is for the router, and would
/// look as if the agent were more and more behind.
/// </summary>
internal sealed partial class EndedInputs(
    AgentType agent, OwnedPartitions owned, CommitQueue commits, ITopicAdministration topics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;

    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (InputPartition input in owned.Inputs.Values.Where(input => input.HasEnded))
            {
                await MoveOnAsync(input, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask MoveOnAsync(InputPartition input, CancellationToken cancellationToken)
    {
        try
        {
            if (input.MoveOn(await topics.GetOffsetAsync(input.Id, OffsetPosition.End, cancellationToken).ConfigureAwait(false)))
            {
                commits.Add(new CommitEntry(input));
            }
        }
        catch (Exception exception) when (exception is GanglionException)
        {
            LogNotMoved(exception, agent, input.Id, Pace);
        }
    }

    [LoggerMessage(148, LogLevel.Debug, "Where {Partition} ends, which {Agent} no longer reads, cannot be found out; it is tried again in {Pause}.")]
    private partial void LogNotMoved(Exception exception, AgentType agent, TopicPartition partition, TimeSpan pause);
}
