using System.Diagnostics;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Producing;

/// <summary>A native client that writes transactions, one after the other. Its calls block: they have a thread of the pool meanwhile.</summary>
/// <param name="create">Opens the client.</param>
/// <param name="name">The transactional id, for people.</param>
/// <param name="timeout">How long a commit may take.</param>
/// <param name="lifetime">How long a transaction may be open: then the cluster aborts it.</param>
/// <param name="staysFenced">
/// Whether others may have the same transactional id: then a client that was fenced is not replaced, for its successor would fence them.
/// </param>
internal sealed class TransactionalProducer(
    Func<NativeProducer> create, string name, TimeSpan timeout, TimeSpan lifetime, bool staysFenced) : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(20);

    // Soon the client's queue has room again.
    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromMilliseconds(5);

    // So soon a call to a cluster that does not answer is over when nobody wants to wait any longer.
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private NativeProducer? _producer;
    private FencedException? _fenced;
    private bool _isDisposed;

    /// <summary>Fences older producers of the same transactional id; what they had on its way is aborted, or is there.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes records and offsets, all or nothing.</summary>
    /// <param name="commit">The records and the offsets.</param>
    /// <param name="cancellationToken">
    /// Gives up waiting for others. A commit that is on its way is made; only where the cluster does not answer it is given up, too.
    /// </param>
    /// <returns>Where each record lies.</returns>
    public async ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await CommitAloneAsync(commit, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits for the commit that is being made.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _isDisposed = true;
        if (_producer is { } producer)
        {
            _producer = null;
            await Task.Run(producer.Dispose).ConfigureAwait(false);
        }

        _turn.Release();
    }

    private async Task<NativeProducer> ConnectAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(KafkaBroker));
        if (_fenced is { } fenced)
        {
            throw new FencedException(fenced.Code, fenced.Message, fenced);
        }

        if (_producer is { } open)
        {
            return open;
        }

        NativeProducer producer = create();
        try
        {
            await RetryAsync(producer.InitTransactions, cancellationToken).ConfigureAwait(false);
            return _producer = producer;
        }
        catch (NativeErrorException exception)
        {
            producer.Dispose();
            throw KafkaErrors.ToException(exception.Error, $"transactional id '{name}'", exception);
        }
    }

    private async Task<TopicPartitionOffset[]> CommitAloneAsync(AtomicCommit commit, CancellationToken cancellationToken)
    {
        NativeProducer producer = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        var deliveries = new Deliveries(commit.Records);
        producer.Deliveries = deliveries;
        bool isEnding = false;
        try
        {
            producer.BeginTransaction();
            await ProduceAsync(producer, commit.Records).ConfigureAwait(false);
            if (commit is { Offsets.Count: > 0, Group: { } group })
            {
                await SendOffsetsAsync(producer, group, commit.Offsets, cancellationToken).ConfigureAwait(false);
            }

            isEnding = true;
            await RetryAsync(producer.CommitTransaction, cancellationToken).ConfigureAwait(false);
            return deliveries.Places;
        }
        catch (NativeErrorException exception) when (isEnding && exception.IsRetriable)
        {
            // The cluster may have it, or get it yet: made again it could be there twice.
            Replace(producer);
            throw new KafkaException(
                AtomicCommit.OutcomeUnknown,
                $"The cluster has not said within {timeout} whether the commit for {NameOf(commit)} is made. It is not made again: go on from what "
                + "is committed, once the cluster answers.",
                exception);
        }
        catch (NativeErrorException exception)
        {
            throw await GiveUpAsync(producer, deliveries, exception, commit, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            Replace(producer);
            throw new KafkaException(
                KafkaErrors.Unreachable,
                $"The cluster has not taken the offsets of the group {NameOf(commit)} within {lifetime}, and has aborted the transaction meanwhile "
                + "(TransactionTimeout). Check that all its brokers run and can be reached from here.",
                exception);
        }
    }

    // Where each lies is known by the time the transaction is committed. What the cluster refuses makes the commit fail.
    private static async ValueTask ProduceAsync(NativeProducer producer, IReadOnlyList<ProducerRecord> records)
    {
        for (int i = 0; i < records.Count; i++)
        {
            while (!producer.TryProduce(records[i], i))
            {
                await Task.Delay(PauseWhenFull, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    // With a coordinator that went away, the client can wait for ever, whatever time it is given
    // (https://github.com/confluentinc/librdkafka/issues/5456, 5511). For longer than the transaction lives it is in vain anyhow; the call
    // keeps its thread, and the client that was replaced, until a connection to any broker comes or goes.
    private Task SendOffsetsAsync(
        NativeProducer producer,
        ConsumerGroupMetadata group,
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
        CancellationToken cancellationToken) =>
        RetryAsync(longest => producer.SendOffsets(group, offsets, longest < lifetime ? longest : lifetime), cancellationToken)
            .WaitAsync(lifetime, CancellationToken.None);

    // The client says which of its calls may simply be made again. They block.
    private async Task RetryAsync(Action<TimeSpan> call, CancellationToken cancellationToken)
    {
        TimeSpan longest = timeout < LongestCall ? timeout : LongestCall;
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Run(() => call(longest), CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (NativeErrorException exception) when (
                exception.IsRetriable && Stopwatch.GetElapsedTime(started) < timeout && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(PauseAfterFault, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task<GanglionException> GiveUpAsync(
        NativeProducer producer,
        Deliveries deliveries,
        NativeErrorException cause,
        AtomicCommit commit,
        CancellationToken cancellationToken)
    {
        await GiveUpAsync(producer, cause.Error.IsFatal, cancellationToken).ConfigureAwait(false);
        GanglionException failure = deliveries.Explain(cause.Error, NameOf(commit), cause);
        _fenced = staysFenced && failure is FencedException { Code: "producer-fenced" } fenced ? fenced : null;
        return failure;
    }

    // Nothing of it is to become visible, and every record is reported on. A client that cannot even abort is replaced: its successor lets
    // the cluster abort.
    private async Task GiveUpAsync(NativeProducer producer, bool isFatal, CancellationToken cancellationToken)
    {
        try
        {
            if (!isFatal)
            {
                await RetryAsync(producer.AbortTransaction, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
        catch (NativeErrorException)
        {
            // Then it is replaced.
        }

        Replace(producer);
    }

    private void Replace(NativeProducer producer)
    {
        _producer = null;
        _ = Task.Run(producer.Dispose);
    }

    private static string NameOf(AtomicCommit commit) =>
        commit.Group is { } group ? $"'{group.GroupId}'" : string.Join(", ", commit.Records.Select(record => $"'{record.Topic}'").Distinct());
}
