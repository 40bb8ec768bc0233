namespace Ganglion.Brokers.Embedded.Commits;

// Rounds that are to be on a disk have a thread of their own, which waits for it.
internal sealed partial class Committer
{
    private void Run()
    {
        while (TryTakeRound(out Round? round))
        {
            if (round is null)
            {
                Flush();
            }
            else
            {
                Commit(round);
            }
        }

        Flush();
        _stopped.SetResult();
    }

    /// <summary>Waits for a round that has something in it, or until a flush is due.</summary>
    /// <param name="round">The round; null if a flush is due.</param>
    /// <returns>False when the broker stops.</returns>
    private bool TryTakeRound(out Round? round)
    {
        lock (_gate)
        {
            while (_open.Batches.Count == 0)
            {
                TimeSpan wait = TimeUntilFlush();
                if (_stopping || wait == TimeSpan.Zero)
                {
                    round = null;
                    return !_stopping;
                }

                // Whatever ended the wait: others may have had the lock since, so that all is looked at anew. Never less than a wait of 1 ms.
                Monitor.Wait(_gate, (int)Math.Ceiling(wait.TotalMilliseconds));
            }

            round = TakeRound();
            return true;
        }
    }
}
