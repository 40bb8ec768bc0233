using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Producing;

/// <summary>A native client that appends, until it is closed or has failed for good. What is on its way then fails with the reason.</summary>
internal sealed class IdempotentClient : IDeliveries, IDisposable
{
    private readonly NativeProducer _producer;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<nint, Appending> _onTheirWay = new();
    private nint _lastTag;
    private Exception? _reason;

    public IdempotentClient(NativeProducer producer)
    {
        _producer = producer;
        producer.Deliveries = this;
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
    /// <exception cref="NativeErrorException">The client does not take the record.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public bool TryAppend(in ProducerRecord record, [NotNullWhen(true)] out Task<TopicPartitionOffset>? acknowledged)
    {
        acknowledged = null;
        var appending = new Appending(record.Topic);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_reason is not null, typeof(KafkaBroker));
            nint tag = ++_lastTag;
            _onTheirWay[tag] = appending;
            bool isTaken = false;
            try
            {
                isTaken = _producer.TryProduce(record, tag);
            }
            finally
            {
                if (!isTaken)
                {
                    _onTheirWay.TryRemove(tag, out _);
                }
            }

            acknowledged = isTaken ? appending.Task : null;
            return isTaken;
        }
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

        _producer.Flush(patience);
        Dispose();
        foreach (Appending appending in _onTheirWay.Values)
        {
            appending.TrySetException(reason);
        }
    }

    public void Dispose() => _producer.Dispose();

    void IDeliveries.Deliver(nint tag, int partition, long offset)
    {
        if (_onTheirWay.TryRemove(tag, out Appending? appending))
        {
            appending.TrySetResult(new TopicPartitionOffset(new TopicPartition(appending.Topic, partition), offset));
        }
    }

    void IDeliveries.Refuse(nint tag, Client.Error error)
    {
        if (_onTheirWay.TryRemove(tag, out Appending? appending))
        {
            bool isConsequence = error.Code is Client.ErrorCode.Local_Fatal or Client.ErrorCode.Local_PurgeQueue or Client.ErrorCode.Local_PurgeInflight;
            appending.TrySetException(new NativeErrorException(isConsequence && _producer.FindFatalError() is { IsError: true } reason ? reason : error));
        }
    }

    private sealed class Appending(string topic) : TaskCompletionSource<TopicPartitionOffset>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string Topic => topic;
    }
}
