using System.Runtime.CompilerServices;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal;
using Microsoft.Extensions.Logging;

namespace Ganglion.Clients;

// The replies.
internal sealed partial class RequestClient
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    // One for all. If it cannot be opened, whoever comes next tries again.
    private Task<Connection> OpenAsync()
    {
        lock (_opening)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            return _connection is { IsFaulted: false, IsCanceled: false } connection ? connection : _connection = Task.Run(ConnectAsync);
        }
    }

    // The reader stands at its place before the first request is sent, so that it misses no reply.
    private async Task<Connection> ConnectAsync()
    {
        TopicDescription topic = await _broker.Topics.EnsureAsync(ClientInbox.Topic, ClientInbox.Settings, _stopping.Token).ConfigureAwait(false);
        var partition = new TopicPartition(topic.Name, Random.Shared.Next(topic.Partitions.Count));
        long end = await _broker.Topics.GetOffsetAsync(partition, OffsetPosition.Latest, _stopping.Token).ConfigureAwait(false);
        IEventReader reader = await OpenReaderAsync(partition, end).ConfigureAwait(false);
        try
        {
            IEventProducer producer = await _broker.CreateProducerAsync(
                new ProducerOptions { ClientId = ClientInbox.Owner }, _stopping.Token).ConfigureAwait(false);
            return new Connection(producer, partition.Partition, Task.Run(() => KeepReadingAsync(reader, topic.Id, partition, end)));
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private ValueTask<IEventReader> OpenReaderAsync(TopicPartition partition, long from) => _broker.CreateReaderAsync(
        new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.At(from) } }, _stopping.Token);

    // If the topic was deleted, it is needed nevertheless, from its new beginning.
    private async ValueTask<(IEventReader Reader, Guid TopicId)> ReopenReaderAsync(Guid topicId, TopicPartition partition, long from)
    {
        TopicDescription topic = await _broker.Topics.EnsureAsync(partition.Topic, ClientInbox.Settings, _stopping.Token).ConfigureAwait(false);
        return (await OpenReaderAsync(partition, topic.Id == topicId ? from : 0).ConfigureAwait(false), topic.Id);
    }

    // No reply is lost when it breaks: it goes on where it was.
    private async Task KeepReadingAsync(IEventReader? reader, Guid topicId, TopicPartition partition, long next)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (reader is null)
                {
                    (reader, topicId) = await ReopenReaderAsync(topicId, partition, next).ConfigureAwait(false);
                }

                await using ConfiguredAsyncDisposable own = reader.ConfigureAwait(false);
                while (true)
                {
                    ConsumedBatch batch = await reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
                    next = batch.NextOffset;
                    foreach (ConsumedRecord record in batch.Records)
                    {
                        Take(record, partition);
                    }
                }
            }
            catch (CorruptLogException damage)
            {
                next = damage.NextOffset;
                LogBroken(damage, TimeSpan.Zero);
            }
            catch (ObjectDisposedException)
            {
                // The broker is closed, and does not come back.
                EndPending("The broker was closed before the reply came.");
                return;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogBroken(exception, PauseAfterFault);
                await Task.Delay(PauseAfterFault, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            reader = null;
        }
    }

    private void EndPending(string reason)
    {
        foreach (PendingRequest pending in _pending.Values)
        {
            pending.TrySetException(new ObjectDisposedException(nameof(RequestClient), reason));
        }
    }

    private void Take(in ConsumedRecord record, TopicPartition at)
    {
        if (OperationId.TryRead(record.Record, out OperationId operation) && operation.Invocation != _self)
        {
            // Other processes may read this partition, too.
            return;
        }

        if (!_pending.TryGetValue(operation.Number, out PendingRequest? pending) || operation.Invocation != _self || !TryEnd(pending, record, at))
        {
            _metrics.Unclaimed();
        }
    }

    private bool TryEnd(PendingRequest pending, in ConsumedRecord record, TopicPartition at)
    {
        CloudEvent reply;
        try
        {
            reply = EventCodec.Decode(record.Record, at.Topic, at.Partition, record.Offset);
        }
        catch (EventFormatException)
        {
            return false;
        }

        return reply.Type switch
        {
            RequestEvents.Replied => _pending.TryRemove(pending.Number, out _) && pending.TrySetResult(reply),
            RequestEvents.Failed => _pending.TryRemove(pending.Number, out _)
                && pending.TrySetException(RequestEvents.ToException(pending.Name, RequestEvents.ReadFailure(reply))),
            _ => false,
        };
    }

    [LoggerMessage(161, LogLevel.Error, "The replies to this process cannot be read; it goes on in {Pause}.")]
    private partial void LogBroken(Exception exception, TimeSpan pause);

    /// <summary>What a client has opened.</summary>
    private sealed record Connection(IEventProducer Producer, int Partition, Task Reading) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Producer.DisposeAsync().ConfigureAwait(false);
        }
    }
}
