using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.Extensions.Logging;

namespace Ganglion.Control;

/// <summary>
/// A small compacted topic of one partition, which every process that needs it reads from its beginning and then follows: what all are to
/// know alike. It is opened with the first use.
/// </summary>
/// <param name="broker">Where it lies.</param>
/// <param name="topic">Its name.</param>
/// <param name="apply">
/// Takes what lies under a key: the newest event, or <see langword="null"/> when it was removed, and its offset. Called by one thread at a time, in order.
/// </param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it logs.</param>
/// <param name="settings">What the topic is created with: one partition.</param>
internal sealed partial class ControlTopic(
    IEventBroker broker, string topic, Action<string, CloudEvent?, long> apply, TimeProvider time, ILogger logger, TopicSettings settings) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);
    private static readonly TopicSettings Settings = new() { Partitions = 1, Cleanup = CleanupPolicy.Compact, SegmentBytes = 1024 * 1024 };

    private readonly TopicPartition _partition = new(topic, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly List<(long Until, TaskCompletionSource Reached)> _waiting = [];
    private readonly ILogger _logger = logger;
    private Task<IEventProducer>? _opening;
    private Task _following = Task.CompletedTask;
    private Guid _topicId;
    private long _applied;
    private bool _hasEnded;

    public ControlTopic(IEventBroker broker, string topic, Action<string, CloudEvent?> apply, TimeProvider time, ILogger logger)
        : this(broker, topic, (key, entry, _) => apply(key, entry), time, logger, Settings)
    {
    }

    /// <summary>Completes when it is followed no more: it was disposed of, or the broker was.</summary>
    public Task Ended => _following;

    /// <summary>
    /// Completes when everything is applied that lies on the topic now: nothing that was written before is missed. What is open there in a
    /// transaction is waited for.
    /// </summary>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        await OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        long end = await broker.Topics.GetOffsetAsync(_partition, OffsetPosition.End, cancellationToken).ConfigureAwait(false);
        Task applied = WhenAppliedAsync(end);
        while (true)
        {
            try
            {
                await applied.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                LogWaiting(topic, Volatile.Read(ref _applied), end);
            }
        }
    }

    /// <summary>Writes what is to lie under a key; completes when it is acknowledged, and applied here.</summary>
    /// <param name="key">The key.</param>
    /// <param name="event">The event; <see langword="null"/>: the key is removed.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be written nevertheless.</param>
    public async ValueTask WriteAsync(string key, CloudEvent? @event, CancellationToken cancellationToken)
    {
        IEventProducer producer = await OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(key);
        Record record = @event is null ? new Record(bytes, null) : EventCodec.Encode(@event, bytes);
        TopicPartitionOffset position = await producer.AppendAsync(new ProducerRecord(topic, record, 0), cancellationToken)
            .AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        await WhenAppliedAsync(position.Offset + 1).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Follows no more. Whoever waits is told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task<IEventProducer>? opening;
        lock (_lock)
        {
            opening = _opening;
        }

        if (opening is not null)
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully)
            {
                await opening.Result.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // If it cannot be opened, whoever comes next tries again.
    private Task<IEventProducer> OpenAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            return _opening is { IsFaulted: false, IsCanceled: false } opening ? opening : _opening = Task.Run(ConnectAsync);
        }
    }

    private async Task<IEventProducer> ConnectAsync()
    {
        await broker.Topics.EnsureAsync(topic, settings, _stopping.Token).ConfigureAwait(false);
        IEventProducer producer = await broker.CreateProducerAsync(new ProducerOptions { ClientId = topic }, _stopping.Token).ConfigureAwait(false);
        _following = Task.Run(KeepFollowingAsync, CancellationToken.None);
        return producer;
    }

    private Task WhenAppliedAsync(long until)
    {
        lock (_lock)
        {
            if (_applied >= until)
            {
                return Task.CompletedTask;
            }

            ObjectDisposedException.ThrowIf(_hasEnded || _stopping.IsCancellationRequested, this);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((until, reached));
            return reached.Task;
        }
    }

    private async Task KeepFollowingAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await FollowAsync().ConfigureAwait(false);
            }
            catch (CorruptLogException damage)
            {
                LogDamage(damage, topic);
                Advance(damage.NextOffset);
            }
            catch (ObjectDisposedException)
            {
                // The broker is closed, and does not come back.
                break;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogBroken(exception, topic, PauseAfterFault);
                await Task.Delay(PauseAfterFault, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        lock (_lock)
        {
            _hasEnded = true;
            _waiting.ForEach(one => one.Reached.TrySetException(new ObjectDisposedException(nameof(ControlTopic))));
            _waiting.Clear();
        }
    }

    private async Task FollowAsync()
    {
        // If the topic was deleted, it is needed nevertheless, from its new beginning. What is known from before stays known.
        TopicDescription found = await broker.Topics.EnsureAsync(topic, settings, _stopping.Token).ConfigureAwait(false);
        if (found.Id != _topicId)
        {
            _topicId = found.Id;
            Advance(0);
        }

        var from = new Dictionary<TopicPartition, OffsetPosition> { [_partition] = OffsetPosition.At(_applied) };
        IEventReader reader = await broker.CreateReaderAsync(new ReaderOptions { From = from }, _stopping.Token).ConfigureAwait(false);
        await using var own = reader.ConfigureAwait(false);
        while (true)
        {
            ConsumedBatch batch = await reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
            foreach (ConsumedRecord record in batch.Records)
            {
                Apply(record);
            }

            Advance(batch.NextOffset);
        }
    }

    private void Apply(in ConsumedRecord record)
    {
        if (record.Record.Key is not { } bytes)
        {
            return;
        }

        string key = Encoding.UTF8.GetString(bytes.Span);
        try
        {
            apply(key, record.Record.Value is null ? null : EventCodec.Decode(record.Record, topic, 0, record.Offset), record.Offset);
        }
        catch (Exception exception)
        {
            // Anybody can write to a topic, and anything; the others' entries count nevertheless.
            LogUnreadable(exception, topic, record.Offset);
        }
    }

    private void Advance(long next)
    {
        lock (_lock)
        {
            _applied = next;
            foreach ((long until, TaskCompletionSource reached) in _waiting)
            {
                if (until <= next)
                {
                    reached.TrySetResult();
                }
            }

            _waiting.RemoveAll(one => one.Until <= next);
        }
    }

    [LoggerMessage(170, LogLevel.Error, "{Topic} cannot be followed; it is tried again in {Pause}.")]
    private partial void LogBroken(Exception exception, string topic, TimeSpan pause);

    [LoggerMessage(171, LogLevel.Error, "A part of {Topic} is damaged and is passed over.")]
    private partial void LogDamage(Exception exception, string topic);

    [LoggerMessage(173, LogLevel.Warning, "{Topic} is read up to {Offset} of {End}, and waited for: a transaction holds back the rest until it ends, or its time is over (transaction.timeout.ms), or the broker does not answer.")]
    private partial void LogWaiting(string topic, long offset, long end);

    [LoggerMessage(172, LogLevel.Warning, "What lies in {Topic} at offset {Offset} is no entry of it, and is passed over.")]
    private partial void LogUnreadable(Exception exception, string topic, long offset);
}
