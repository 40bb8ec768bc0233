namespace Ganglion.Conformance;

/// <summary>A member of a group with a reading loop of its own, which writes everything into the ledger.</summary>
public sealed class ReadingMember : IRebalanceListener, IAsyncDisposable
{
    private readonly GroupLedger _ledger;
    private readonly CancellationTokenSource _stop = new();
    private IEventConsumer? _consumer;
    private Task _loop = Task.CompletedTask;
    private volatile bool _reads;

    private ReadingMember(string name, GroupLedger ledger)
    {
        Name = name;
        _ledger = ledger;
    }

    /// <summary>Its name in the ledger.</summary>
    public string Name { get; }

    /// <summary>The consumer that it drives.</summary>
    public IEventConsumer Consumer => _consumer!;

    /// <summary>Called for every batch, before the next read.</summary>
    public Func<ConsumedBatch, Task>? Handling { get; set; }

    /// <summary>Called when partitions are to go.</summary>
    public Func<IReadOnlyCollection<TopicPartition>, Task>? Revoking { get; set; }

    /// <summary>Called when partitions have come.</summary>
    public Func<Task>? Assigning { get; set; }

    /// <summary>Joins a group and reads until it is disposed of.</summary>
    /// <param name="name">Its name in the ledger.</param>
    /// <param name="broker">The broker.</param>
    /// <param name="options">The group and the topics.</param>
    /// <param name="ledger">Where everything is written.</param>
    /// <param name="prepare">Sets the handlers before the loop begins.</param>
    public static async Task<ReadingMember> StartAsync(
        string name, IEventBroker broker, ConsumerOptions options, GroupLedger ledger, Action<ReadingMember>? prepare = null)
    {
        var member = new ReadingMember(name, ledger);
        prepare?.Invoke(member);
        member._consumer = await broker.CreateConsumerAsync(options with { RebalanceListener = member });
        member._loop = Task.Run(member.RunAsync);
        return member;
    }

    /// <summary>Ends the loop, but does not leave the group.</summary>
    public async Task StopReadingAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    async ValueTask IRebalanceListener.OnAssignedAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> partitions, CancellationToken cancellationToken)
    {
        CheckThatItReads();
        _ledger.Assign(this, partitions);
        if (Assigning is { } assigning)
        {
            await assigning();
        }
    }

    async ValueTask IRebalanceListener.OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        CheckThatItReads();
        if (Revoking is { } revoking)
        {
            await revoking(partitions);
        }

        _ledger.Take(this, partitions, "revoked");
    }

    ValueTask IRebalanceListener.OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        CheckThatItReads();
        _ledger.Take(this, partitions, "lost");
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the loop and leaves the group.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopReadingAsync();
        _ledger.Take(this, _ledger.OwnedBy(this), "left");
        await Consumer.DisposeAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                _reads = true;
                ConsumedBatch batch = await Consumer.ReadAsync(_stop.Token);
                _reads = false;
                _ledger.Read(this, batch);
                if (Handling is { } handling)
                {
                    await handling(batch);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _reads = false;
        }
        catch (Exception exception)
        {
            _ledger.Crash(exception);
        }
    }

    private void CheckThatItReads()
    {
        if (!_reads)
        {
            _ledger.Fault($"{Name} was called outside of a read");
        }
    }
}
