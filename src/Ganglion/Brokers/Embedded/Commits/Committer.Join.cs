using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Commits;

internal sealed partial class Committer
{
    /// <summary>A round takes nobody any more beyond this; whoever comes then waits for the next. Bounds memory.</summary>
    private const int MaxRoundBytes = 16 * 1024 * 1024;

    /// <summary>Appends a record to the batch that the single appends to its partition share.</summary>
    /// <returns>Completes with the record's position when the round is committed.</returns>
    public ValueTask<TopicPartitionOffset> AppendAsync(Partition partition, in Record record, CancellationToken cancellationToken)
    {
        long now = Now;
        Task closed;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(EmbeddedBroker));
            if (_open.Bytes < MaxRoundBytes)
            {
                RoundBatch batch = partition.Shared is { IsFull: false } shared ? shared : Share(partition, record);
                int before = batch.Length;
                ValueTask<TopicPartitionOffset> acknowledged = batch.AppendShared(record, now);
                _open.Bytes += batch.Length - before;
                return acknowledged;
            }

            closed = _open.WhenClosed();
        }

        return AppendLaterAsync(closed, partition, record, cancellationToken);
    }

    /// <summary>Lets sealed batches join one round together: the whole of them is committed, or nothing.</summary>
    /// <param name="batches">The batches, sealed.</param>
    /// <param name="check">Called at the moment of joining; may refuse by throwing. Holds the committer's lock: must be short.</param>
    /// <param name="committed">Called by whoever writes the round when the round is visible, before anybody who waits for it.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    /// <returns>The round to wait for.</returns>
    public async ValueTask<Round> JoinAsync(
        IReadOnlyList<RoundBatch> batches, Action? check, Action? committed, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task closed;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_stopping, typeof(EmbeddedBroker));
                if (_open.Bytes < MaxRoundBytes)
                {
                    check?.Invoke();
                    foreach (RoundBatch batch in batches)
                    {
                        // A later single append must not slip into a batch that lies before this one.
                        batch.Partition.Shared = null;
                        _open.Bytes += batch.Length;
                        Add(batch);
                    }

                    if (committed is not null)
                    {
                        (_open.OnCommitted ??= []).Add(committed);
                    }

                    return _open;
                }

                closed = _open.WhenClosed();
            }

            await closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<TopicPartitionOffset> AppendLaterAsync(
        Task closed, Partition partition, Record record, CancellationToken cancellationToken)
    {
        await closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await AppendAsync(partition, record, cancellationToken).ConfigureAwait(false);
    }

    private RoundBatch Share(Partition partition, in Record record)
    {
        var batch = new RoundBatch(partition, Memory, Math.Max(partition.ExpectedBytes, RecordBatchBuilder.SizeLimitOf(record)));
        partition.Shared = batch;
        Add(batch);
        return batch;
    }

    private void Add(RoundBatch batch)
    {
        _open.Batches.Add(batch);
        if (_open.Batches.Count == 1)
        {
            CallWriter();
        }
    }
}
