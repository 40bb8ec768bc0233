namespace Ganglion.Brokers.Embedded.Commits;

// Rounds that stay in memory wait for nothing, so the thread pool writes them: a switch between threads costs more than a round.
internal sealed partial class Committer : IThreadPoolWorkItem
{
    // Then the thread goes back, so that others get a chance.
    private const int RoundsPerTurn = 16;

    private bool _isWriterComing;

    void IThreadPoolWorkItem.Execute()
    {
        for (int rounds = 0; rounds < RoundsPerTurn; rounds++)
        {
            Round round;
            lock (_gate)
            {
                if (_open.Batches.Count == 0)
                {
                    _isWriterComing = false;
                    if (_stopping)
                    {
                        _stopped.TrySetResult();
                    }

                    return;
                }

                round = TakeRound();
            }

            Commit(round);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Sees to it that one thread, and no more than one, is there or on its way. Called under the lock.</summary>
    private void CallPool()
    {
        if (!_isWriterComing)
        {
            _isWriterComing = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
