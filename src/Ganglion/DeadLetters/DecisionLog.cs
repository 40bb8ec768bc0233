using Ganglion.Brokers;
using Ganglion.State;

namespace Ganglion.DeadLetters;

/// <summary>
/// Which dead letters have been decided about. The log has the decisions; here there is which offsets they are for, as far as it
/// has been read.
/// </summary>
internal sealed class DecisionLog(IEventBroker broker) : IDisposable
{
    /// <summary>The topic of the decisions; compacted, of one partition.</summary>
    public const string Topic = "ganglion.deadletters";

    private static readonly TopicPartition Partition = new(Topic, 0);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<(Guid TopicId, int Partition), OffsetRuns> _decided = [];
    private Guid _topicId;
    private long _next;

    /// <summary>Creates the topic where it is missing.</summary>
    public async ValueTask EnsureTopicAsync(CancellationToken cancellationToken) => await broker.Topics.EnsureAsync(
        Topic, new TopicSettings { Partitions = 1, Cleanup = CleanupPolicy.Compact }, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads what has been decided since it was last called.</summary>
    /// <exception cref="CorruptLogException">A decision cannot be read. To go on without it could redrive a letter twice.</exception>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            TopicDescription? topic = await broker.Topics.FindAsync(Topic, cancellationToken).ConfigureAwait(false);
            if (topic is null || topic.Id != _topicId)
            {
                Forget(topic?.Id ?? default);
            }

            if (topic is not null)
            {
                await ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The first offset from this one on that nobody has decided about.</summary>
    public long NextOpen(Guid topicId, TopicPartitionOffset from)
    {
        lock (_decided)
        {
            return _decided.TryGetValue((topicId, from.Partition.Partition), out OffsetRuns? runs) ? runs.NextFree(from.Offset) : from.Offset;
        }
    }

    public bool IsDecided(Guid topicId, TopicPartitionOffset letter) => NextOpen(topicId, letter) != letter.Offset;

    /// <summary>Reads the decision about a letter. Reads all of the topic: for people who ask about one.</summary>
    public async ValueTask<DeadLetterDecision?> FindAsync(Guid topicId, TopicPartitionOffset letter, CancellationToken cancellationToken)
    {
        DeadLetterDecision? found = null;
        var log = new PartitionReader(broker, Partition);
        await using (log.ConfigureAwait(false))
        {
            await foreach (ConsumedRecord record in log.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (DecisionCodec.TryRead(record, out TopicPartitionOffset decided, out Guid id, out DeadLetterDecision decision)
                    && decided == letter && id == topicId)
                {
                    found = decision;
                }
            }
        }

        return found;
    }

    public void Dispose() => _turn.Dispose();

    private void Forget(Guid topicId)
    {
        lock (_decided)
        {
            _decided.Clear();
        }

        _next = 0;
        _topicId = topicId;
    }

    private async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        var log = new PartitionReader(broker, Partition);
        await using var _ = log.ConfigureAwait(false);
        await foreach (ConsumedRecord record in log.ReadFromAsync(_next, cancellationToken).ConfigureAwait(false))
        {
            if (DecisionCodec.TryRead(record, out TopicPartitionOffset letter, out Guid topicId, out DeadLetterDecision _))
            {
                lock (_decided)
                {
                    (Guid, int) key = (topicId, letter.Partition.Partition);
                    if (!_decided.TryGetValue(key, out OffsetRuns? runs))
                    {
                        _decided.Add(key, runs = new OffsetRuns());
                    }

                    runs.Add(letter.Offset);
                }
            }

            _next = record.Offset + 1;
        }
    }
}
