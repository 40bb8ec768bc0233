using System.Collections.Concurrent;
using Ganglion.Brokers;

namespace InvoiceApproval.Timeline;

/// <summary>Reads all channels from the beginning of the log, and goes on as long as the process lives.</summary>
internal sealed class LogFollower(IEventBroker broker)
{
    private const int MostAtOnce = 2_000;
    private readonly ConcurrentDictionary<TopicPartition, long> _positions = [];

    /// <summary>Hands events over as they come; those that are there together are in the order of their times.</summary>
    public async Task FollowAsync(Action<IReadOnlyList<LoggedEvent>> take, CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, long> ends = await EndsAsync(Channels.All, cancellationToken);
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = ends.Keys.ToDictionary(partition => partition, _ => OffsetPosition.Earliest) }, cancellationToken);
        var events = new List<LoggedEvent>();
        var positions = new Dictionary<TopicPartition, long>();
        while (true)
        {
            Task<ConsumedBatch> reading = reader.ReadAsync(cancellationToken).AsTask();
            if ((!reading.IsCompleted || events.Count >= MostAtOnce) && positions.Count > 0)
            {
                events = [.. events.OrderBy(@event => @event.Time)];
                take(events);
                events = [];
                foreach ((TopicPartition partition, long position) in positions)
                {
                    _positions[partition] = position;
                }

                positions.Clear();
            }

            ConsumedBatch batch = await reading;
            events.AddRange(batch.Records.Select(
                record => LoggedEvent.Of(batch.Partition, record, isNew: record.Offset >= ends[batch.Partition])));
            positions[batch.Partition] = batch.NextOffset;
        }
    }

    /// <summary>Whether everything that is on the log now has been handed over.</summary>
    public async Task<bool> HasSeenAllAsync(CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, long> ends = await EndsAsync(Channels.All, cancellationToken);
        return ends.All(end => end.Value == 0 || _positions.GetValueOrDefault(end.Key) >= end.Value);
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

    private async Task<Dictionary<TopicPartition, long>> EndsAsync(IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var ends = new Dictionary<TopicPartition, long>();
        foreach (string topic in topics)
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
