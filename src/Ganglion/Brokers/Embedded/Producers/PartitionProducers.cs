using System.Buffers.Binary;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>
/// What one partition knows of the producers that have an id: which of their batches it has, and which transactions are open in it or
/// were aborted. It learns that from the batches themselves.
/// </summary>
/// <remarks>
/// Changed by the committer, and by the cleaner when it forgets; a lock keeps them apart, which readers do not take: they see
/// <see cref="FirstOpenOffset"/> and <see cref="Aborted"/>, which are replaced whole.
/// </remarks>
internal sealed class PartitionProducers
{
    // A control record's key: the version of the schema, then what became of the transaction.
    private const int ControlTypePosition = 2;
    private const short Abort = 0;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, ProducerState> _states = [];
    private readonly Dictionary<long, ProducerState> _inRound = [];
    private readonly Dictionary<long, long> _open = [];
    private AbortedTransactions _aborted = AbortedTransactions.None;
    private long _firstOpenOffset = long.MaxValue;

    /// <summary>Where the oldest open transaction begins; <see cref="long.MaxValue"/>: none is open.</summary>
    public long FirstOpenOffset => Volatile.Read(ref _firstOpenOffset);

    /// <summary>The aborted transactions of which records may be left.</summary>
    public AbortedTransactions Aborted => Volatile.Read(ref _aborted);

    /// <summary>What is known at the start of a broker.</summary>
    /// <param name="snapshot">What was known before.</param>
    /// <param name="now">The time; milliseconds since the Unix epoch. Nobody has been heard of later.</param>
    public static PartitionProducers From(ProducerSnapshot snapshot, long now)
    {
        var producers = new PartitionProducers { _aborted = AbortedTransactions.Of(snapshot.Aborted) };
        foreach (ProducerSnapshot.Producer producer in snapshot.Producers)
        {
            producers._states[producer.Id] = new ProducerState(producer.Epoch, [.. producer.Recent], Math.Min(producer.LastHeard, now));
        }

        foreach (ProducerSnapshot.OpenTransaction open in snapshot.Open)
        {
            producers._open[open.ProducerId] = open.FirstOffset;
        }

        producers.FindFirstOpen();
        return producers;
    }

    /// <summary>What is known now.</summary>
    /// <param name="offset">Gives the end of the log. Whatever lies before it is known by then.</param>
    public ProducerSnapshot ToSnapshot(Func<long> offset)
    {
        lock (_gate)
        {
            return new ProducerSnapshot(
                offset(),
                [.. _states.Select(entry => new ProducerSnapshot.Producer(entry.Key, entry.Value.Epoch, entry.Value.LastHeard, entry.Value.Recent))],
                [.. _open.Select(entry => new ProducerSnapshot.OpenTransaction(entry.Key, entry.Value))],
                [.. _aborted.All]);
        }
    }

    /// <summary>The producers whose transactions are open, with their epochs.</summary>
    public IReadOnlyList<(long ProducerId, short Epoch)> Open()
    {
        lock (_gate)
        {
            return [.. _open.Keys.Select(producer => (producer, _states.TryGetValue(producer, out ProducerState? state) ? state.Epoch : (short)0))];
        }
    }

    /// <summary>Decides whether a batch is written in the round at hand.</summary>
    public bool TryTake(ProducedBatch batch, long baseOffset, long now)
    {
        lock (_gate)
        {
            if (!batch.IsTransactional && _open.ContainsKey(batch.ProducerId))
            {
                batch.Refuse(ProducerVerdict.OutsideTransaction);
                return false;
            }

            ProducerState? known = _inRound.GetValueOrDefault(batch.ProducerId) ?? _states.GetValueOrDefault(batch.ProducerId);
            ProducerState? next = known is null ? ProducerState.First(batch, baseOffset, now) : known.After(batch, baseOffset, now);
            if (next is null)
            {
                return false;
            }

            _inRound[batch.ProducerId] = next;
            return true;
        }
    }

    /// <summary>The round at hand could not be written: what was decided in it has not happened.</summary>
    public void TakeBack()
    {
        lock (_gate)
        {
            _inRound.Clear();
        }
    }

    /// <summary>The round at hand is written, and a batch of it about to be visible.</summary>
    public void Publish(ProducedBatch batch, in StoredBatch stored)
    {
        lock (_gate)
        {
            foreach ((long producer, ProducerState state) in _inRound)
            {
                _states[producer] = state;
            }

            _inRound.Clear();
            if (batch.IsControl)
            {
                End(batch.ProducerId, stored.LastOffset, IsAbort(stored.Bytes));
            }
            else if (batch.IsTransactional && _open.TryAdd(batch.ProducerId, stored.BaseOffset))
            {
                FindFirstOpen();
            }
        }
    }

    /// <summary>Forgets the aborted transactions of which nothing is left, and the producers that have not been heard of for long.</summary>
    /// <param name="start">Before this offset the log has no records of aborted transactions.</param>
    /// <param name="lastHeard">Producers that were last heard of before it are forgotten; milliseconds since the Unix epoch.</param>
    public void Forget(long start, long lastHeard)
    {
        lock (_gate)
        {
            Volatile.Write(ref _aborted, _aborted.From(start));
            foreach ((long producer, ProducerState state) in _states)
            {
                if (state.LastHeard < lastHeard && !_open.ContainsKey(producer))
                {
                    _states.Remove(producer);
                }
            }
        }
    }

    private void End(long producer, long offset, bool isAbort)
    {
        if (!_open.Remove(producer, out long first))
        {
            return;
        }

        if (isAbort)
        {
            Volatile.Write(ref _aborted, _aborted.With(new AbortedTransaction(producer, first, offset)));
        }

        FindFirstOpen();
    }

    private void FindFirstOpen() => Volatile.Write(ref _firstOpenOffset, _open.Count == 0 ? long.MaxValue : _open.Values.Min());

    private static bool IsAbort(ReadOnlyMemory<byte> batch)
    {
        var records = new List<ConsumedRecord>(1);
        RecordBatchReader.ReadControl(batch, records);
        return records is [{ Record.Key: { Length: >= 4 } key }, ..]
            && BinaryPrimitives.ReadInt16BigEndian(key.Span[ControlTypePosition..]) == Abort;
    }
}
