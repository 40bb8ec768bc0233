using Ganglion.Approvals;
using Ganglion.Brokers;

namespace MarketingAssistant.Timeline;

/// <summary>Reads what the timeline shows, from the beginning of the log.</summary>
internal sealed class LeadLog : IAsyncDisposable
{
    private static readonly string[] Topics = [.. Channels.All, .. Channels.Read.Select(Channels.ParkedOf), ApprovalQueues.Topic];

    private readonly IEventReader _reader;
    private readonly Dictionary<TopicPartition, long> _ends;
    private readonly TimelineOrder _order = new();

    private LeadLog(IEventReader reader, Dictionary<TopicPartition, long> ends)
    {
        _reader = reader;
        _ends = ends;
    }

    public static async Task<LeadLog> OpenAsync(IEventBroker broker, CancellationToken cancellationToken)
    {
        var ends = new Dictionary<TopicPartition, long>();
        foreach (string name in Topics)
        {
            TopicDescription topic = (await broker.Topics.FindAsync(name, cancellationToken))!;
            foreach (PartitionDescription partition in topic.Partitions)
            {
                ends[new TopicPartition(name, partition.Partition)] = partition.LatestOffset;
            }
        }

        var options = new ReaderOptions { From = ends.Keys.ToDictionary(partition => partition, _ => OffsetPosition.Earliest) };
        return new LeadLog(await broker.CreateReaderAsync(options, cancellationToken), ends);
    }

    /// <summary>What was there before it was opened.</summary>
    public async Task<IReadOnlyList<LeadEvent>> ReadPastAsync(CancellationToken cancellationToken)
    {
        var past = new List<LeadEvent>();
        while (_ends.Any(end => _reader.GetPosition(end.Key) < end.Value))
        {
            past.AddRange(await ReadBatchAsync(cancellationToken));
        }

        return [.. _order.Add(past)];
    }

    /// <summary>What comes next.</summary>
    public async Task<IReadOnlyList<LeadEvent>> ReadNextAsync(CancellationToken cancellationToken) =>
        [.. _order.Add(await ReadBatchAsync(cancellationToken))];

    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private async Task<IEnumerable<LeadEvent>> ReadBatchAsync(CancellationToken cancellationToken)
    {
        ConsumedBatch batch = await _reader.ReadAsync(cancellationToken);
        return batch.Records.Select(record => LeadEvent.Of(batch.Partition, record));
    }
}
