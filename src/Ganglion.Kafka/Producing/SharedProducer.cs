using Ganglion.Brokers;
using Ganglion.Kafka.Topics;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Producing;

/// <summary>
/// Appends what is in no transaction, for all producers of a broker: idempotent, and acknowledged by all in-sync replicas. A native client
/// that fails for good is replaced by another.
/// </summary>
internal sealed class SharedProducer(Func<Client.IProducer<byte[]?, byte[]?>> create, KafkaTopicAdministration topics) : IDisposable
{
    // Soon the client's queue has room again.
    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PatienceWhenClosing = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private IdempotentClient? _client;
    private bool _isDisposed;

    /// <summary>Appends a record; completes when it is acknowledged.</summary>
    public async ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken)
    {
        await topics.PrepareAsync(record.Topic, cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                IdempotentClient client = Open();
                try
                {
                    if (client.TryAppend(record, out Task<TopicPartitionOffset>? acknowledged))
                    {
                        return await acknowledged.ConfigureAwait(false);
                    }
                }
                catch (Client.KafkaException exception) when (exception.Error.IsFatal)
                {
                    Drop(client, exception);
                    throw;
                }

                await Task.Delay(PauseWhenFull, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Client.KafkaException exception)
        {
            if (KafkaErrors.IsMissing(exception.Error))
            {
                // It was there before: who appends again is told that it is not, or has it created anew.
                topics.Topics.Forget(record.Topic);
            }

            throw KafkaErrors.ToException(exception, $"'{record.Topic}'");
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

    private IdempotentClient Open()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(KafkaBroker));
            return _client ??= new IdempotentClient(create());
        }
    }

    private void Drop(IdempotentClient client, Client.KafkaException reason)
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
