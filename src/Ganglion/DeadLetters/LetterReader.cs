using Ganglion.Brokers;
using Ganglion.State;

namespace Ganglion.DeadLetters;

/// <summary>Reads letters by their places; keeps what it looks up for as long as one call lasts.</summary>
internal sealed class LetterReader(IEventBroker broker) : IAsyncDisposable
{
    private readonly Dictionary<string, TopicDescription?> _topics = new(StringComparer.Ordinal);
    private PartitionReader? _log;

    /// <returns>The letter; <see langword="null"/> if nothing lies there, or something that is none.</returns>
    public async ValueTask<DeadLetter?> FindAsync(TopicPartitionOffset place, CancellationToken cancellationToken)
    {
        TopicDescription? topic = await FindTopicAsync(place.Partition.Topic, cancellationToken).ConfigureAwait(false);
        if (topic?.Partitions.ElementAtOrDefault(place.Partition.Partition) is not { } partition
            || place.Offset < partition.EarliestOffset
            || place.Offset >= partition.LatestOffset)
        {
            return null;
        }

        if (_log?.Partition != place.Partition)
        {
            await DisposeAsync().ConfigureAwait(false);
            _log = new PartitionReader(broker, place.Partition);
        }

        return await _log.ReadAsync(place.Offset, cancellationToken).ConfigureAwait(false) is { } found
            && DeadLetterDecoder.Decode(place, found.Record) is { } letter
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
