using System.Runtime.CompilerServices;
using Ganglion.Brokers;

namespace Ganglion.State;

/// <summary>Reads a partition outside of any group: from a place to its end, and single records.</summary>
/// <param name="broker">The broker.</param>
/// <param name="partition">The topic and the partition.</param>
/// <param name="progress">Told of what was read on the way to an end, and where that is.</param>
internal sealed class PartitionReader(IEventBroker broker, TopicPartition partition, Action<ConsumedBatch, long>? progress = null) : IAsyncDisposable
{
    // A single record is wanted, so a read is to return little more than the batch that holds it.
    private const int SingleReadBytes = 4096;

    private readonly SemaphoreSlim _turn = new(1);
    private IEventReader? _reader;
    private bool _isDisposed;

    public TopicPartition Partition { get; } = partition;

    /// <summary>
    /// Reads from the beginning up to what is the end when this is called: nothing is missed that is committed by then. What is open there
    /// in a transaction is waited for.
    /// </summary>
    /// <exception cref="CorruptLogException">Something of it is damaged.</exception>
    public IAsyncEnumerable<ConsumedRecord> ReadAllAsync(CancellationToken cancellationToken) =>
        ReadFromAsync(0, cancellationToken);

    /// <summary>Reads from an offset, else as <see cref="ReadAllAsync"/>.</summary>
    /// <exception cref="CorruptLogException">Something of it is damaged.</exception>
    public IAsyncEnumerable<ConsumedRecord> ReadFromAsync(long start, CancellationToken cancellationToken) =>
        ReadBetweenAsync(start, long.MaxValue, skipsDamage: false, cancellationToken);

    /// <summary>Reads what is still there, and undamaged, of a range of offsets.</summary>
    public IAsyncEnumerable<ConsumedRecord> ReadRangeAsync(long start, long end, CancellationToken cancellationToken) =>
        ReadBetweenAsync(start, end, skipsDamage: true, cancellationToken);

    /// <summary>Reads the record of an offset.</summary>
    /// <returns>The record; <see langword="null"/> if it is no longer there.</returns>
    public async ValueTask<ConsumedRecord?> ReadAsync(long offset, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The partition is lost before its readers are disposed of: that is what callers are told, also if their token calls back late.
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_reader is null)
            {
                var from = new Dictionary<TopicPartition, OffsetPosition> { [Partition] = OffsetPosition.At(offset) };
                _reader = await broker.CreateReaderAsync(
                    new ReaderOptions { From = from, MaxBytes = SingleReadBytes }, cancellationToken).ConfigureAwait(false);
            }

            _reader.Seek(Partition, offset);
            while (_reader.GetPosition(Partition) <= offset)
            {
                ConsumedBatch batch = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (ConsumedRecord record in batch.Records)
                {
                    if (record.Offset >= offset)
                    {
                        return record.Offset == offset ? record : null;
                    }
                }
            }

            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _isDisposed = true;
            if (_reader is { } reader)
            {
                _reader = null;
                await reader.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async IAsyncEnumerable<ConsumedRecord> ReadBetweenAsync(
        long next, long end, bool skipsDamage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // On a cluster readers may hear of a commit later than whoever has made it, and it is by its end that what is committed by now is known.
        long last = await broker.Topics.GetOffsetAsync(Partition, OffsetPosition.End, cancellationToken).ConfigureAwait(false);
        long until = Math.Min(end, last);
        if (next >= until)
        {
            yield break;
        }

        var options = new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [Partition] = OffsetPosition.At(next) } };
        IEventReader reader = await broker.CreateReaderAsync(options, cancellationToken).ConfigureAwait(false);
        progress?.Invoke(new ConsumedBatch(Partition, [], next, until), until);
        await using (reader.ConfigureAwait(false))
        {
            while (next < until)
            {
                ConsumedBatch batch;
                try
                {
                    batch = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (CorruptLogException damage) when (skipsDamage)
                {
                    next = damage.NextOffset;
                    continue;
                }

                next = batch.NextOffset;
                foreach (ConsumedRecord record in batch.Records)
                {
                    if (record.Offset < until)
                    {
                        yield return record;
                    }
                }

                progress?.Invoke(batch, until);
            }
        }
    }
}
