using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Topics;

namespace Ganglion.Kafka.Producing;

/// <summary>
/// Appends what is in no transaction, for all producers of a broker: idempotent, and acknowledged by all in-sync replicas. A native client
/// that fails for good is replaced by another.
/// </summary>
internal sealed class SharedProducer(Func<NativeProducer> create, TopicPreparation topics) : IDisposable
{
    // Soon the client's queue has room again.
    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PatienceWhenClosing = TimeSpan.FromSeconds(10);

    // Those that wait to be handed over, by their topics: the last of them, and how many. The lock is held while one is.
    private readonly Dictionary<string, (Task Last, int Count)> _waiting = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private IdempotentClient? _client;
    private bool _isDisposed;

    /// <summary>Appends a record behind those to its topic that came before; completes when it is acknowledged.</summary>
    public async ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken)
    {
        IdempotentClient? client = null;
        try
        {
            (client, Task<TopicPartitionOffset> acknowledged) = await HandOverAsync(record, cancellationToken).ConfigureAwait(false);
            return await acknowledged.ConfigureAwait(false);
        }
        catch (NativeErrorException exception)
        {
            if (client is not null && exception.Error.IsFatal)
            {
                Drop(client, exception);
            }

            if (KafkaErrors.IsMissing(exception.Error))
            {
                // It was there before: who appends again is told that it is not, or has it created anew.
                topics.Forget(record.Topic);
            }

            throw KafkaErrors.ToException(exception.Error, $"'{record.Topic}'", exception);
        }
    }

    /// <summary>Waits for what is on its way, though not for ever.</summary>
    public void Dispose()
    {
        IdempotentClient? last;
        lock (_lock)
        {
            _isDisposed = true;
            last = _client;
            _client = null;
        }

        last?.Close(PatienceWhenClosing, new ObjectDisposedException(nameof(KafkaBroker)));
    }

    // At once, unless its topic has to be found first, the client's queue is full, or others wait for that: they come first.
    private ValueTask<(IdempotentClient Client, Task<TopicPartitionOffset> Acknowledged)> HandOverAsync(ProducerRecord record, CancellationToken cancellationToken)
    {
        ValueTask prepared = topics.PrepareAsync(record.Topic, cancellationToken);
        lock (_waiting)
        {
            bool mustWait = _waiting.TryGetValue(record.Topic, out (Task Last, int Count) others);
            if (!mustWait && prepared.IsCompletedSuccessfully && TryHandOver(record) is { } handedOver)
            {
                return new(handedOver);
            }

            Task<(IdempotentClient, Task<TopicPartitionOffset>)> handingOver = HandOverBehindAsync(others.Last, prepared.AsTask(), record, cancellationToken);
            _waiting[record.Topic] = (handingOver, others.Count + 1);
            return new(handingOver);
        }
    }

    private async Task<(IdempotentClient Client, Task<TopicPartitionOffset> Acknowledged)> HandOverBehindAsync(
        Task? before, Task prepared, ProducerRecord record, CancellationToken cancellationToken)
    {
        try
        {
            // Not under the lock under which this is called.
            await (before ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            await prepared.ConfigureAwait(false);
            while (true)
            {
                if (TryHandOver(record) is { } handedOver)
                {
                    return handedOver;
                }

                await Task.Delay(PauseWhenFull, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_waiting)
            {
                (Task last, int count) = _waiting[record.Topic];
                if (count == 1)
                {
                    _waiting.Remove(record.Topic);
                }
                else
                {
                    _waiting[record.Topic] = (last, count - 1);
                }
            }
        }
    }

    // Null: the client has no room now.
    private (IdempotentClient Client, Task<TopicPartitionOffset> Acknowledged)? TryHandOver(ProducerRecord record)
    {
        while (true)
        {
            IdempotentClient client = Open();
            try
            {
                return client.TryAppend(record, out Task<TopicPartitionOffset>? acknowledged) ? (client, acknowledged) : null;
            }
            catch (ObjectDisposedException) when (client.IsClosed)
            {
                // Somebody has just replaced it, or disposed of the broker.
            }
            catch (NativeErrorException exception) when (exception.Error.IsFatal)
            {
                Drop(client, exception);
                throw;
            }
        }
    }

    private IdempotentClient Open()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(KafkaBroker));
            return _client ??= new IdempotentClient(create());
        }
    }

    private void Drop(IdempotentClient client, NativeErrorException reason)
    {
        lock (_lock)
        {
            if (_client != client)
            {
                return;
            }

            _client = null;
        }

        _ = Task.Run(() => client.Close(TimeSpan.Zero, reason));
    }
}
