using System.Diagnostics.CodeAnalysis;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Producing;

/// <summary>A native client that appends, until it is closed or has failed for good. What is on its way then fails with the reason.</summary>
internal sealed class IdempotentClient : IDisposable
{
    private readonly Client.IProducer<byte[]?, byte[]?> _producer;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationToken _closed;
    private Exception? _reason;

    public IdempotentClient(Client.IProducer<byte[]?, byte[]?> producer)
    {
        _producer = producer;
        _closed = _closing.Token;
    }

    /// <summary>Whether it takes no more.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _reason is not null;
            }
        }
    }

    /// <summary>Hands a record over, unless the client has no room for it now.</summary>
    /// <param name="record">The record.</param>
    /// <param name="acknowledged">Completes when it is acknowledged.</param>
    /// <exception cref="Client.KafkaException">The client does not take the record.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public bool TryAppend(in ProducerRecord record, [NotNullWhen(true)] out Task<TopicPartitionOffset>? acknowledged)
    {
        var to = new Client.TopicPartition(
            record.Topic, record.Partition is { } partition ? new Client.Partition(partition) : Client.Partition.Any);
        Client.Message<byte[]?, byte[]?> message = RecordConversion.ToMessage(record.Record);
        var completion = new TaskCompletionSource<TopicPartitionOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        acknowledged = null;
        try
        {
            // A client must not be released while it is called.
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_reason is not null, typeof(KafkaBroker));
                _producer.Produce(to, message, report => Complete(report, completion));
            }
        }
        catch (Client.ProduceException<byte[]?, byte[]?> exception) when (exception.Error.Code == Client.ErrorCode.Local_QueueFull)
        {
            return false;
        }

        acknowledged = WhenAcknowledgedAsync(completion.Task);
        return true;
    }

    /// <summary>Takes no more, waits for what is on its way, and releases the client. What has not arrived then fails.</summary>
    /// <param name="patience">How long it waits.</param>
    /// <param name="reason">What it fails with.</param>
    public void Close(TimeSpan patience, Exception reason)
    {
        lock (_lock)
        {
            _reason = reason;
        }

        try
        {
            _producer.Flush(patience);
        }
        catch (Client.KafkaException)
        {
            // It has failed for good: nothing of what is on its way arrives any more.
        }

        Dispose();
    }

    public void Dispose()
    {
        if (_closed.IsCancellationRequested)
        {
            return;
        }

        _producer.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    // A client that is released does not report on what it still had.
    private async Task<TopicPartitionOffset> WhenAcknowledgedAsync(Task<TopicPartitionOffset> acknowledged)
    {
        await ((Task)acknowledged).WaitAsync(_closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return acknowledged.IsCompleted ? await acknowledged.ConfigureAwait(false) : throw _reason!;
    }

    private void Complete(
        Client.DeliveryReport<byte[]?, byte[]?> report, TaskCompletionSource<TopicPartitionOffset> completion)
    {
        if (report.Error.IsError)
        {
            bool isConsequence = report.Error.Code is Client.ErrorCode.Local_Fatal or Client.ErrorCode.Local_PurgeQueue or Client.ErrorCode.Local_PurgeInflight;
            Client.Error error = isConsequence && FatalError.Of(_producer) is { IsError: true } reason ? reason : report.Error;
            completion.TrySetException(new Client.ProduceException<byte[]?, byte[]?>(error, report));
        }
        else
        {
            completion.TrySetResult(new TopicPartitionOffset(new TopicPartition(report.Topic, report.Partition.Value), report.Offset.Value));
        }
    }
}
