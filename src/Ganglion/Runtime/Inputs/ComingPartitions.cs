using Ganglion.Brokers;

namespace Ganglion.Runtime.Inputs;

/// <summary>
/// Partitions that have come and are not ready: what the log has of them is read beside the reading loop, however long that takes. So the
/// loop goes on with the other partitions, gives back what is to go, and stays in the group.
/// </summary>
/// <param name="factory">Restores the agent's partitions.</param>
/// <param name="recent">Looks at what was handled last.</param>
/// <remarks>For the reading loop, except <see cref="Ready"/>.</remarks>
internal sealed class ComingPartitions(AgentPartitionFactory factory, RecentEvents recent) : IAsyncDisposable
{
    private readonly Dictionary<TopicPartition, ComingInput> _inputs = [];
    private readonly Dictionary<int, (Task<AgentPartition> Partition, CancellationTokenSource GiveUp)> _restores = [];
    private readonly Lock _lock = new();
    private CancellationTokenSource _ready = new();
    private bool _isDisposed;

    /// <summary>Fires when there is something to take.</summary>
    public CancellationToken Ready
    {
        get
        {
            lock (_lock)
            {
                return _ready.Token;
            }
        }
    }

    /// <summary>Whether something is to come that goes with an agent's partition.</summary>
    public bool Needs(int number) => _inputs.Values.Any(input => input.Partition is not null && input.Id.Partition == number);

    /// <summary>Begins to read what the log has.</summary>
    /// <param name="id">What has come.</param>
    /// <param name="from">Where it stands.</param>
    /// <param name="isCoPartitioned">Whether it goes with the agent's partition of its number.</param>
    /// <param name="known">That partition, if it is there already.</param>
    public void Begin(TopicPartition id, OffsetAndMetadata from, bool isCoPartitioned, AgentPartition? known)
    {
        var giveUp = new CancellationTokenSource();
        var input = new ComingInput(
            id,
            from,
            !isCoPartitioned ? null : known is null ? Restore(id.Partition) : Task.FromResult(known),
            Task.Run(() => recent.ReadAsync(id, from, giveUp.Token).AsTask(), giveUp.Token),
            giveUp);
        _inputs.Add(id, input);
        _ = input.Ready.ContinueWith(_ => Tell(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Takes what is ready. Whoever takes it has it, and puts it away.</summary>
    /// <exception cref="GanglionException">Something cannot be read.</exception>
    public async ValueTask<IReadOnlyList<ComingInput>> TakeReadyAsync()
    {
        lock (_lock)
        {
            // Before anything is looked at: what becomes ready from now on is told again.
            _ready.Dispose();
            _ready = new CancellationTokenSource();
        }

        ComingInput[] ready = [.. _inputs.Values.Where(input => input.Ready.IsCompleted)];
        await Task.WhenAll(ready.Select(input => input.Ready)).ConfigureAwait(false);
        foreach (ComingInput input in ready)
        {
            _inputs.Remove(input.Id);
            input.GiveUp.Dispose();
            if (input.Partition is not null && _restores.Remove(input.Id.Partition, out (Task<AgentPartition> Partition, CancellationTokenSource GiveUp) restore))
            {
                restore.GiveUp.Dispose();
            }
        }

        return ready;
    }

    /// <summary>Partitions go: what is read for them alone is given up.</summary>
    public async ValueTask DropAsync(IEnumerable<TopicPartition> partitions)
    {
        var ended = new List<Task>();
        foreach (TopicPartition id in partitions)
        {
            if (_inputs.Remove(id, out ComingInput? input))
            {
                ended.Add(EndAsync(input.Seen, input.GiveUp));
            }
        }

        foreach (int number in _restores.Keys.Where(number => !Needs(number)).ToArray())
        {
            _restores.Remove(number, out (Task<AgentPartition> Partition, CancellationTokenSource GiveUp) restore);
            ended.Add(PutAwayAsync(restore.Partition, restore.GiveUp));
        }

        await Task.WhenAll(ended).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await DropAsync([.. _inputs.Keys]).ConfigureAwait(false);
        lock (_lock)
        {
            _isDisposed = true;
            _ready.Dispose();
        }
    }

    private Task<AgentPartition> Restore(int number)
    {
        if (!_restores.TryGetValue(number, out (Task<AgentPartition> Partition, CancellationTokenSource GiveUp) restore))
        {
            var giveUp = new CancellationTokenSource();
            restore = (Task.Run(() => factory.RestoreAsync(number, giveUp.Token), giveUp.Token), giveUp);
            _restores.Add(number, restore);
        }

        return restore.Partition;
    }

    private void Tell()
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                // Whoever waits for it goes on elsewhere, not here.
                _ = _ready.CancelAsync();
            }
        }
    }

    private static async Task EndAsync(Task reading, CancellationTokenSource giveUp)
    {
        await giveUp.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        giveUp.Dispose();
    }

    private static async Task PutAwayAsync(Task<AgentPartition> restoring, CancellationTokenSource giveUp)
    {
        await EndAsync(restoring, giveUp).ConfigureAwait(false);
        if (restoring.IsCompletedSuccessfully)
        {
            await (await restoring.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }
}
