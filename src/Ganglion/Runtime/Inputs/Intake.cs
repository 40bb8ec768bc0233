using Ganglion.Runtime.Commits;

namespace Ganglion.Runtime.Inputs;

/// <summary>
/// Takes up what has been read, as fast as what is in flight allows: sends each record through the arrival steps and on to its
/// instance. Called by whoever may have made it possible: the reader, the commit that made room, and the partition that went.
/// </summary>
internal sealed class Intake(OwnedPartitions owned, InvocationPipeline pipeline, InstanceTurns turns, CommitQueue commits) : ICommitWatcher
{
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
        if (!input.HasWaiting || !input.TryBeginTaking())
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
    }

    private void TakeUp(Invocation invocation)
    {
        if (!pipeline.Arrive(invocation))
        {
            commits.Add(invocation);
        }
        else if (invocation.Input.AgentPartition!.Arrive(invocation) is { } instance)
        {
            turns.Schedule(instance);
        }
    }
}
