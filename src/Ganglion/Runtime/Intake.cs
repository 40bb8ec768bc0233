namespace Ganglion.Runtime;

/// <summary>
/// Takes up what has been read, as fast as what is in flight allows: sends each record through the arrival steps and on to its
/// instance. Called by whoever may have made it possible: the reader, and the commit that made room.
/// </summary>
internal sealed class Intake(
    InvocationPipeline pipeline, TurnScheduler<Instance> scheduler, CommitQueue commits, long maxBytesInFlight)
{
    private long _bytesInFlight;

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
            while (Volatile.Read(ref _bytesInFlight) < maxBytesInFlight && input.Take() is { } invocation)
            {
                Interlocked.Add(ref _bytesInFlight, invocation.Bytes);
                TakeUp(invocation);
            }
        }
        while (!input.TryEndTaking(ref asked));
    }

    /// <summary>Events are committed, or dropped.</summary>
    public void Leave(long bytes) => Interlocked.Add(ref _bytesInFlight, -bytes);

    private void TakeUp(Invocation invocation)
    {
        if (!pipeline.Arrive(invocation))
        {
            commits.Add(invocation);
        }
        else if (invocation.Input.Home!.Arrive(invocation) is { } instance)
        {
            scheduler.Enqueue(instance);
        }
    }
}
