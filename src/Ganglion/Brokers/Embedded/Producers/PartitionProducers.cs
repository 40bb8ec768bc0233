using System.Buffers.Binary;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>
/// What one partition knows of the producers that have an id: which of their batches it has, and which transactions are open in it or
/// were aborted. It learns that from the batches themselves.
/// </summary>
/// <remarks>Changed by the committer only. Readers see <see cref="FirstOpenOffset"/> and <see cref="Aborted"/>, which are replaced whole.</remarks>
internal sealed class PartitionProducers
{
    // A control record's key: the version of the schema, then what became of the transaction.
    private const int ControlTypePosition = 2;
    private const short Abort = 0;

    private readonly Dictionary<long, ProducerState> _states = [];
    private readonly Dictionary<long, ProducerState> _inRound = [];
    private readonly Dictionary<long, long> _open = [];
    private AbortedTransaction[] _aborted = [];
    private long _firstOpenOffset = long.MaxValue;

    /// <summary>Where the oldest open transaction begins; <see cref="long.MaxValue"/>: none is open.</summary>
    public long FirstOpenOffset => Volatile.Read(ref _firstOpenOffset);

    /// <summary>The aborted transactions, in the order of their ends.</summary>
    public IReadOnlyList<AbortedTransaction> Aborted => Volatile.Read(ref _aborted);

    /// <summary>Decides whether a batch is written in the round at hand.</summary>
    public bool TryTake(ProducedBatch batch, long baseOffset)
    {
        ProducerState? known = _inRound.GetValueOrDefault(batch.ProducerId) ?? _states.GetValueOrDefault(batch.ProducerId);
        ProducerState? next = known is null ? ProducerState.First(batch, baseOffset) : known.After(batch, baseOffset);
        if (next is null)
        {
            return false;
        }

        _inRound[batch.ProducerId] = next;
        return true;
    }

    /// <summary>The round at hand could not be written: what was decided in it has not happened.</summary>
    public void TakeBack() => _inRound.Clear();

    /// <summary>The round at hand is written, and a batch of it about to be visible.</summary>
    public void Publish(ProducedBatch batch, in StoredBatch stored)
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
            Volatile.Write(ref _firstOpenOffset, Math.Min(_firstOpenOffset, stored.BaseOffset));
        }
    }

    /// <summary>Whether a batch is of a transaction that was aborted.</summary>
    public bool IsAborted(in RecordBatchHeader header)
    {
        foreach (AbortedTransaction aborted in Aborted)
        {
            if (aborted.ProducerId == header.ProducerId && header.BaseOffset >= aborted.FirstOffset && header.BaseOffset <= aborted.LastOffset)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets the transactions that lie before the start of the log.</summary>
    public void ForgetBefore(long offset)
    {
        if (_aborted is [{ LastOffset: var last }, ..] && last < offset)
        {
            Volatile.Write(ref _aborted, [.. _aborted.Where(aborted => aborted.LastOffset >= offset)]);
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
            Volatile.Write(ref _aborted, [.. _aborted, new AbortedTransaction(producer, first, offset)]);
        }

        Volatile.Write(ref _firstOpenOffset, _open.Count == 0 ? long.MaxValue : _open.Values.Min());
    }

    private static bool IsAbort(ReadOnlyMemory<byte> batch)
    {
        var records = new List<ConsumedRecord>(1);
        RecordBatchReader.ReadControl(batch, records);
        return records is [{ Record.Key: { Length: >= 4 } key }, ..]
            && BinaryPrimitives.ReadInt16BigEndian(key.Span[ControlTypePosition..]) == Abort;
    }
}
