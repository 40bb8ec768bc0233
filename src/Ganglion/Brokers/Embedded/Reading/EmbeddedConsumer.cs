using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Telemetry;

namespace Ganglion.Brokers.Embedded.Reading;

/// <summary>A member of a consumer group of the broker in its process.</summary>
/// <remarks>
/// The reading loop is the only one that changes the assignment; it publishes it as an immutable picture, so that everybody else
/// reads without a lock. Other threads only leave word for the loop: the topics that they want, a flag, and a signal in its queue.
/// </remarks>
internal sealed partial class EmbeddedConsumer : IEventConsumer
{
    private readonly GroupCoordinator _coordinator;
    private readonly TopicCatalog _topics;
    private readonly EmbeddedProducer _producer;
    private readonly ClientMetrics _metrics;
    private readonly ReadQueue _queue = new();
    private readonly CancellationTokenSource _closing = new();
    private volatile ConsumerOptions _options;
    private volatile ConsumerGroupMetadata _group;
    private volatile AssignedPartitions _assigned = AssignedPartitions.None;
    private volatile GroupMember _member;
    private volatile bool _changed;

    public EmbeddedConsumer(
        ConsumerOptions options,
        GroupCoordinator coordinator,
        TopicCatalog topics,
        EmbeddedProducer producer,
        ClientMetrics metrics,
        TimeProvider time)
    {
        _options = options with { Topics = [.. options.Topics] };
        _coordinator = coordinator;
        _topics = topics;
        _producer = producer;
        _metrics = metrics;
        _time = time;
        _member = coordinator.Join(_options, OnChanged);
        _group = new ConsumerGroupMetadata(options.GroupId, _member.Id, Generation: 0);
        _heartbeat = StartHeartbeat();
    }

    public ConsumerGroupMetadata Group => _group;

    public IReadOnlyCollection<TopicPartition> Assignment => _assigned.Ids;

    public void Subscribe(IReadOnlyCollection<string> topics)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        ConsumerRules.CheckTopics(topics);
        _topics.CreateMissing(topics);

        // Nothing else of the options ever changes, so that whoever comes last simply wins.
        _options = _options with { Topics = [.. topics] };
        OnChanged();
    }

    public async ValueTask<ConsumedBatch> ReadAsync(CancellationToken cancellationToken = default)
    {
        BeginReading();
        try
        {
            while (true)
            {
                ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
                cancellationToken.ThrowIfCancellationRequested();
                if (_changed)
                {
                    await RebalanceAsync().ConfigureAwait(false);
                }
                else if (await TryReadAsync(cancellationToken).ConfigureAwait(false) is { } batch)
                {
                    _metrics.Consumed(batch.Partition.Topic, _options.GroupId, batch.Records.Count);
                    return batch;
                }
                else
                {
                    await _queue.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            EndReading();
            LeaveIfClosed();
        }
    }

    public async ValueTask CommitAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        await _producer.CommitAsync(new AtomicCommit { Group = _group, Offsets = offsets }, cancellationToken).ConfigureAwait(false);
    }

    public void Pause(IEnumerable<TopicPartition> partitions)
    {
        foreach (TopicPartition partition in partitions)
        {
            _assigned.Find(partition)?.Cursor.Pause();
        }
    }

    public void Resume(IEnumerable<TopicPartition> partitions)
    {
        foreach (TopicPartition partition in partitions)
        {
            _assigned.Find(partition)?.Cursor.Resume();
        }
    }

    public void Seek(TopicPartition partition, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        AssignedPartition assigned = _assigned.Find(partition)
            ?? throw new ArgumentException($"This member does not own {partition}.", nameof(partition));
        assigned.Cursor.Seek(offset);
    }

    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        await _heartbeat.DisposeAsync().ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        LeaveIfClosed();
        _queue.Wake();
    }

    // Both the one who disposes and a read that is under way call it: whoever comes last leaves nothing behind.
    private void LeaveIfClosed()
    {
        if (_closing.IsCancellationRequested)
        {
            _coordinator.Leave(_member);
            _assigned.Close();
        }
    }

    private async ValueTask<ConsumedBatch?> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _queue.TryReadAsync(_options.MaxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (TopicException)
        {
            // The topic was deleted, and the coordinator is about to say so: until then there is nothing to read.
            return null;
        }
    }

    private void OnChanged()
    {
        _changed = true;
        _queue.Wake();
    }
}
