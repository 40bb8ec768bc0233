using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Brokers.Listener.Transactions;

/// <summary>Who has a transactional id, and the transaction that is open, if one is. Guarded by the coordinator.</summary>
/// <param name="id">The transactional id.</param>
/// <param name="producerId">The id of its producer.</param>
/// <param name="epoch">Which life of the producer this is.</param>
internal sealed class TransactionalProducer(string id, long producerId, short epoch)
{
    public string Id { get; } = id;

    public long ProducerId { get; set; } = producerId;

    public short Epoch { get; set; } = epoch;

    /// <summary>What its producer had before it asked for the next epoch: it may not have got the answer, and ask again.</summary>
    public (long ProducerId, short Epoch)? Previous { get; set; }

    /// <summary>After which it is aborted.</summary>
    public TimeSpan Timeout { get; set; }

    /// <summary>Counts those that were opened.</summary>
    public int Number { get; set; }

    /// <summary>Counts what was added, so that whoever ends it knows whether he has seen all of it.</summary>
    public int Additions { get; set; }

    /// <summary>When it was last opened, by the broker's clock.</summary>
    public long LastUsed { get; set; }

    public TransactionState State { get; set; } = TransactionState.Empty;

    /// <summary>Where the producer may write.</summary>
    public HashSet<Partition> Partitions { get; } = [];

    /// <summary>The groups whose offsets may be committed, with those that are to be.</summary>
    public Dictionary<string, Dictionary<TopicPartition, OffsetAndMetadata>> Offsets { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the log says that it is open. Without, a start of the broker takes it for the one before.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>Aborts it when its time is over.</summary>
    public ITimer? Timer { get; set; }

    /// <summary>Its end has been written: the next one may begin.</summary>
    public void Complete(bool commits)
    {
        State = commits ? TransactionState.Committed : TransactionState.Aborted;
        Partitions.Clear();
        Offsets.Clear();
        IsRecorded = false;
        Timer?.Dispose();
        Timer = null;
    }
}
