using Ganglion.Brokers;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Producing;

/// <summary>The native client by which all producers of a broker append what is in no transaction: idempotent, and acknowledged by all in-sync replicas.</summary>
internal sealed class SharedProducer(Func<Client.IProducer<byte[]?, byte[]?>> create) : IDisposable
{
    // Below this the client's queue has room again soon.
    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private Client.IProducer<byte[]?, byte[]?>? _producer;
    private bool _isDisposed;

    /// <summary>Appends a record; completes when it is acknowledged.</summary>
    public async ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken)
    {
        var acknowledged = new TaskCompletionSource<TopicPartitionOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!TryAppend(record, acknowledged))
        {
            await Task.Delay(PauseWhenFull, cancellationToken).ConfigureAwait(false);
        }

        return await acknowledged.Task.ConfigureAwait(false);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _producer?.Flush(TimeSpan.FromSeconds(10));
            _producer?.Dispose();
            _producer = null;
        }
    }

    private bool TryAppend(in ProducerRecord record, TaskCompletionSource<TopicPartitionOffset> acknowledged)
    {
        Client.IProducer<byte[]?, byte[]?> producer = Open();
        string topic = record.Topic;
        try
        {
            producer.Produce(
                new Client.TopicPartition(topic, record.Partition is { } partition ? new Client.Partition(partition) : Client.Partition.Any),
                RecordConversion.ToMessage(record.Record),
                report => Complete(producer, report, acknowledged));
            return true;
        }
        catch (Client.ProduceException<byte[]?, byte[]?> exception) when (exception.Error.Code == Client.ErrorCode.Local_QueueFull)
        {
            return false;
        }
        catch (Client.KafkaException exception)
        {
            Drop(producer, exception.Error);
            throw KafkaErrors.ToException(exception, $"'{topic}'");
        }
    }

    private void Complete(
        Client.IProducer<byte[]?, byte[]?> producer,
        Client.DeliveryReport<byte[]?, byte[]?> report,
        TaskCompletionSource<TopicPartitionOffset> acknowledged)
    {
        if (report.Error.IsError)
        {
            Drop(producer, report.Error);
            acknowledged.TrySetException(KafkaErrors.ToException(report.Error, $"'{report.Topic}'"));
        }
        else
        {
            acknowledged.TrySetResult(new TopicPartitionOffset(new TopicPartition(report.Topic, report.Partition.Value), report.Offset.Value));
        }
    }

    private Client.IProducer<byte[]?, byte[]?> Open()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(KafkaBroker));
            return _producer ??= create();
        }
    }

    // A client that has failed for good is replaced; what was on its way fails.
    private void Drop(Client.IProducer<byte[]?, byte[]?> producer, Client.Error error)
    {
        if (!error.IsFatal)
        {
            return;
        }

        lock (_lock)
        {
            if (_producer == producer)
            {
                _producer = null;
                _ = Task.Run(producer.Dispose);
            }
        }
    }
}
