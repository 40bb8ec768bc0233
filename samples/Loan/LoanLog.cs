using Ganglion.Agents;
using Ganglion.Brokers;

namespace Loan;

/// <summary>Reads what the timeline shows, from the beginning of the log; no effect comes before its cause.</summary>
internal sealed class LoanLog(IEventReader reader, Dictionary<TopicPartition, long> ends) : IAsyncDisposable
{
    private readonly HashSet<string> _told = [];
    private readonly List<LoanEvent> _early = [];

    /// <summary>Creates the topics that are not there, and begins to read. They keep everything for ever.</summary>
    public static async Task<LoanLog> OpenAsync(IEventBroker broker, CancellationToken cancellationToken)
    {
        var settings = new TopicSettings { Partitions = new AgentOptions().Partitions, Cleanup = CleanupPolicy.None };
        var ends = new Dictionary<TopicPartition, long>();
        foreach (string topic in Channels.Shown)
        {
            TopicDescription found = await broker.Topics.FindAsync(topic, cancellationToken)
                ?? await broker.Topics.CreateAsync(topic, settings, cancellationToken);
            foreach (PartitionDescription partition in found.Partitions)
            {
                ends[new TopicPartition(topic, partition.Partition)] = partition.LatestOffset;
            }
        }

        var options = new ReaderOptions { From = ends.Keys.ToDictionary(partition => partition, _ => OffsetPosition.Earliest) };
        return new LoanLog(await broker.CreateReaderAsync(options, cancellationToken), ends);
    }

    /// <summary>What was there before this process.</summary>
    public async Task<IReadOnlyList<LoanEvent>> ReadPastAsync(CancellationToken cancellationToken)
    {
        var past = new List<LoanEvent>();
        while (ends.Any(end => reader.GetPosition(end.Key) < end.Value))
        {
            past.AddRange(await ReadBatchAsync(cancellationToken));
        }

        return [.. InCausalOrder(past)];
    }

    /// <summary>What comes next.</summary>
    public async Task<IReadOnlyList<LoanEvent>> ReadNextAsync(CancellationToken cancellationToken) =>
        [.. InCausalOrder(await ReadBatchAsync(cancellationToken))];

    public ValueTask DisposeAsync() => reader.DisposeAsync();

    private async Task<IEnumerable<LoanEvent>> ReadBatchAsync(CancellationToken cancellationToken)
    {
        ConsumedBatch batch = await reader.ReadAsync(cancellationToken);
        return batch.Records.Select(record => LoanEvent.Of(batch.Partition, record));
    }

    // Topics are read one after the other, so that an effect may be read first.
    private IEnumerable<LoanEvent> InCausalOrder(IEnumerable<LoanEvent> read)
    {
        _early.AddRange(read);
        _early.Sort((one, other) => one.Time.CompareTo(other.Time));
        while (_early.FindIndex(one => one.CausationId is null || _told.Contains(one.CausationId)) is >= 0 and var next)
        {
            LoanEvent told = _early[next];
            _early.RemoveAt(next);
            _told.Add(told.Id);
            yield return told;
        }
    }
}
