using Ganglion.Brokers;
using Ganglion.State;

namespace Ganglion.DeadLetters;

/// <summary>Reads letters by their positions; keeps what it looks up for as long as one call lasts.</summary>
internal sealed class LetterReader(IEventBroker broker) : IAsyncDisposable
{
    private readonly Dictionary<string, TopicDescription?> _topics = new(StringComparer.Ordinal);
    private PartitionReader? _log;

    /// <returns>The letter; <see langword="null"/> if nothing lies there, or something that is none.</returns>
    public async ValueTask<DeadLetter?> FindAsync(TopicPartitionOffset position, CancellationToken cancellationToken)
    {
        TopicDescription? topic = await FindTopicAsync(position.Partition.Topic, cancellationToken).ConfigureAwait(false);
        if (topic?.Partitions.ElementAtOrDefault(position.Partition.Partition) is not { } partition
            || position.Offset < partition.EarliestOffset
            || position.Offset >= partition.LatestOffset)
        {
            return null;
        }

        if (_log?.Partition != position.Partition)
        {
            await DisposeAsync().ConfigureAwait(false);
            _log = new PartitionReader(broker, position.Partition);
        }

        return await _log.ReadAsync(position.Offset, cancellationToken).ConfigureAwait(false) is { } found
            && DeadLetterDecoder.Decode(position, found.Record) is { } letter
                ? letter with { TopicId = topic.Id }
                : null;
    }

    public async ValueTask<TopicDescription?> FindTopicAsync(string name, CancellationToken cancellationToken)
    {
        if (!_topics.TryGetValue(name, out TopicDescription? topic))
        {
            topic = await broker.Topics.FindAsync(name, cancellationToken).ConfigureAwait(false);
            _topics.Add(name, topic);
        }

        return topic;
    }

    public async ValueTask DisposeAsync()
    {
        if (_log is not null)
        {
            await _log.DisposeAsync().ConfigureAwait(false);
            _log = null;
        }
    }
}
