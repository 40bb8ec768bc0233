using Ganglion.Brokers;

namespace InvoiceApproval.Timeline;

/// <summary>Reads all channels from the beginning of the log, and goes on as long as the process lives.</summary>
internal sealed class LogFollower(IEventBroker broker)
{
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<TopicPartition, long> _begin = [];
    private volatile Dictionary<TopicPartition, long> _seen = [];

    /// <summary>Completes when all that was on the log before this process has been handed over.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>Notes where the log ends: what comes behind it is new.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) => _begin = await EndsAsync(Channels.All, cancellationToken);

    /// <summary>
    /// Hands events over as they come. What was there before comes first, in any order; of what is new, no effect comes before its cause.
    /// </summary>
    public async Task FollowAsync(Action<IReadOnlyList<LoggedEvent>> take, CancellationToken cancellationToken)
    {
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = _begin.Keys.ToDictionary(partition => partition, _ => OffsetPosition.Earliest) }, cancellationToken);
        var ahead = new List<LoggedEvent>();
        await ReadToAsync(_begin, events =>
        {
            take([.. events.Where(logged => !logged.IsNew)]);
            ahead.AddRange(events.Where(logged => logged.IsNew));
        });
        _seen = _begin;
        _caughtUp.SetResult();
        while (true)
        {
            if (ahead.Count == 0)
            {
                ahead.AddRange(await ReadAsync());
            }

            Dictionary<TopicPartition, long> ends = await EndsAsync(Channels.All, cancellationToken);
            await ReadToAsync(ends, ahead.AddRange);
            take(CausalOrder.Of(ahead.Where(logged => logged.IsBefore(ends))));
            ahead.RemoveAll(logged => logged.IsBefore(ends));
            _seen = ends;
        }

        async Task ReadToAsync(Dictionary<TopicPartition, long> ends, Action<IReadOnlyList<LoggedEvent>> receive)
        {
            while (ends.Any(end => reader.GetPosition(end.Key) < end.Value))
            {
                receive(await ReadAsync());
            }
        }

        async Task<LoggedEvent[]> ReadAsync()
        {
            ConsumedBatch batch = await reader.ReadAsync(cancellationToken);
            return [.. batch.Records.Select(
                record => LoggedEvent.Of(batch.Partition, record, isNew: record.Offset >= _begin[batch.Partition]))];
        }
    }

    /// <summary>Whether everything that is on the log now has been handed over.</summary>
    public async Task<bool> HasSeenAllAsync(CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, long> ends = await EndsAsync(Channels.All, cancellationToken);
        return ends.All(end => end.Value == 0 || _seen.GetValueOrDefault(end.Key) >= end.Value);
    }

    /// <summary>Whether a group is done with all that some topics hold.</summary>
    public async Task<bool> HasHandledAllAsync(string group, IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        ConsumerGroupDescription? description = await broker.Groups.FindAsync(group, cancellationToken);
        Dictionary<TopicPartition, long> committed = (description?.Offsets ?? [])
            .ToDictionary(offset => offset.Partition, offset => offset.Committed.Offset);

        // The ends are looked up after the offsets: what was handled in between counts as open, never the other way round.
        Dictionary<TopicPartition, long> ends = await EndsAsync(topics, cancellationToken);
        return ends.All(end => end.Value == 0 || committed.GetValueOrDefault(end.Key) >= end.Value);
    }

    // The last channels first: whatever lies before the ends, its cause does, too.
    private async Task<Dictionary<TopicPartition, long>> EndsAsync(IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var ends = new Dictionary<TopicPartition, long>();
        foreach (string topic in topics.Reverse())
        {
            TopicDescription? description = await broker.Topics.FindAsync(topic, cancellationToken);
            foreach (PartitionDescription partition in description?.Partitions ?? [])
            {
                ends[new TopicPartition(topic, partition.Partition)] = partition.LatestOffset;
            }
        }

        return ends;
    }
}
