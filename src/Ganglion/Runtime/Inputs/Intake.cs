using Ganglion.Brokers;
using Ganglion.Routes;
using Ganglion.Runtime.Commits;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Inputs;

/// <summary>
/// Takes up what has been read, as fast as what is in flight allows: sends each record through the arrival steps and on to its
/// instance. Called by whoever may have made it possible: the reader, the commit that made room, and the partition that went.
/// </summary>
internal sealed partial class Intake(
    OwnedPartitions owned, InputTopics topics, IRouteTable routes, InvocationPipeline pipeline, InstanceTurns turns, CommitQueue commits, TimeProvider time, ILogger logger)
    : ICommitWatcher
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    void ICommitWatcher.OnClosed() => PumpAll();

    void ICommitWatcher.OnCommitted() => PumpAll();

    /// <summary>Takes up what waits in any partition.</summary>
    public void PumpAll()
    {
        foreach (InputPartition input in owned.Inputs.Values)
        {
            Pump(input);
        }
    }

    /// <summary>Takes up what waits in a partition.</summary>
    public void Pump(InputPartition input)
    {
        if (!input.HasWaiting || !IsNext(input) || !input.TryBeginTaking())
        {
            return;
        }

        int asked = 1;
        do
        {
            while (input.Take() is { } invocation)
            {
                TakeUp(invocation);
            }
        }
        while (!input.TryEndTaking(ref asked));

        if (input.TakeMarker() is var (marker, offset))
        {
            _ = FollowAsync(input, marker, offset);
        }
        else if (input.HasEnded)
        {
            // What was read from there before is taken up: it goes on elsewhere.
            PumpAll();
        }
    }

    /// <summary>Routes may have changed: what lies where they lead elsewhere is not for the agent.</summary>
    public void ApplyRoutes()
    {
        foreach (InputPartition input in owned.Inputs.Values)
        {
            input.EndAt(topics.EndOf(input.Id));
        }

        turns.ChangeLanes(topics.Lanes);
        PumpAll();
    }

    // What was read from the earlier topic comes first, for the sake of the order of keys.
    private bool IsNext(InputPartition input)
    {
        if (input.Earlier is not null || topics.EarlierOf(input.Id) is not { } id)
        {
            return true;
        }

        if (!owned.Inputs.TryGetValue(id, out InputPartition? earlier) || !earlier.HasEnded)
        {
            return false;
        }

        input.Earlier = earlier;
        return true;
    }

    private async Task FollowAsync(InputPartition input, RouteMarker marker, long offset)
    {
        while (!input.IsLost)
        {
            try
            {
                if (await routes.EndsAtAsync(marker, new TopicPartitionOffset(input.Id, offset), CancellationToken.None).ConfigureAwait(false)
                    && topics.Follows(input.Id.Topic, marker.Channel))
                {
                    input.EndAt(offset);
                }
                else
                {
                    input.Pass(offset);
                }

                PumpAll();
                return;
            }
            catch (ObjectDisposedException)
            {
                // The broker is closed, and does not come back.
                return;
            }
            catch (GanglionException exception)
            {
                LogUnknownRoute(exception, marker.Channel, PauseAfterFault);
                await Task.Delay(PauseAfterFault, time).ConfigureAwait(false);
            }
        }
    }

    private void TakeUp(Invocation invocation)
    {
        if (invocation.Input.IsMarker(invocation.Offset) || !pipeline.Arrive(invocation))
        {
            commits.Add(invocation);
        }
        else if (invocation.Input.AgentPartition!.Arrive(invocation) is { } instance)
        {
            turns.Schedule(instance);
        }
    }

    [LoggerMessage(146, LogLevel.Error, "How the route of {Channel} has changed cannot be read, and what lies behind waits; it is tried again in {Pause}.")]
    private partial void LogUnknownRoute(Exception exception, string channel, TimeSpan pause);
}
