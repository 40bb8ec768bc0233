namespace Ganglion.Runtime.Scheduling;

/// <summary>
/// Gives instances their turns on the thread pool, a bounded number at a time, in the order of their queue. A turn that returns at
/// once costs two queue operations; one that waits or blocks holds a place of the bound, and nobody up.
/// </summary>
/// <param name="concurrency">How many turns may be under way at the same time.</param>
/// <param name="ready">Those that have something to do.</param>
/// <param name="turn">Takes the turn of an instance. It never throws.</param>
/// <remarks>
/// A worker drains the queue. Whenever one takes an instance and leaves others behind, it sees to it that another worker is on its
/// way, but never more than one: so however many turns block their threads, there is a next worker, and no more than needed.
/// </remarks>
internal sealed class TurnScheduler<TInstance>(int concurrency, IReadyQueue<TInstance> ready, Func<TInstance, ValueTask> turn) : IThreadPoolWorkItem
    where TInstance : class
{
    // A worker gives its thread back after so many turns, so that others get a chance.
    private const int TurnsPerWorker = 256;

    private int _places = concurrency;
    private int _isWorkerComing;

    /// <summary>An instance has something to do. It must not be in the queue already, or in a turn.</summary>
    public void Enqueue(TInstance instance)
    {
        ready.Enqueue(instance);
        CallWorker();
    }

    /// <summary>More may have turns than before.</summary>
    public void Wake()
    {
        if (ready.HasNext)
        {
            CallWorker();
        }
    }

    /// <summary>A turn was given up: somebody else gets its place. What it returns, if ever, is never to complete.</summary>
    /// <param name="lane">The lane in which it was begun.</param>
    public void Abandon(ReadyLane? lane) => LeavePlace(lane);

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isWorkerComing, 0);
        for (int turns = 0; turns < TurnsPerWorker && ready.TryDequeue(out TInstance? instance, out ReadyLane? lane); turns++)
        {
            if (ready.HasNext)
            {
                CallWorker();
            }

            ValueTask pending = turn(instance);
            if (!pending.IsCompleted)
            {
                // The turn keeps the worker's place until it ends; to go on, the worker needs another.
                _ = LeavePlaceAfterAsync(pending, lane);
                if (!TryTakePlace())
                {
                    return;
                }
            }
            else if (lane is not null)
            {
                ready.Leave(lane);
            }
        }

        LeavePlace(lane: null);
    }

    private void CallWorker()
    {
        if (Volatile.Read(ref _isWorkerComing) != 0 || Interlocked.Exchange(ref _isWorkerComing, 1) != 0)
        {
            return;
        }

        if (TryTakePlace())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        // Whoever leaves a place from here on calls a worker; whoever left it just before may have seen one coming.
        Volatile.Write(ref _isWorkerComing, 0);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _places) > 0 && ready.HasNext)
        {
            CallWorker();
        }
    }

    private async Task LeavePlaceAfterAsync(ValueTask pending, ReadyLane? lane)
    {
        await pending.ConfigureAwait(false);
        LeavePlace(lane);
    }

    private bool TryTakePlace()
    {
        int places = Volatile.Read(ref _places);
        while (places > 0)
        {
            int found = Interlocked.CompareExchange(ref _places, places - 1, places);
            if (found == places)
            {
                return true;
            }

            places = found;
        }

        return false;
    }

    private void LeavePlace(ReadyLane? lane)
    {
        if (lane is not null)
        {
            ready.Leave(lane);
        }

        Interlocked.Increment(ref _places);
        Wake();
    }
}
