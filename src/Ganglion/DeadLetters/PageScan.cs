using Ganglion.Brokers;

namespace Ganglion.DeadLetters;

/// <summary>Fills a page, partition by partition, until it is full.</summary>
internal sealed class PageScan(IEventBroker broker, DecisionLog decisions, DeadLetterFilter filter, int limit)
{
    // What ends a page early, so that neither its caller waits long nor it grows large.
    private const long MaxBytes = 4 * 1024 * 1024;
    private const int MaxReads = 10_000;

    private readonly List<DeadLetter> _letters = [];
    private CorruptLogException? _damage;
    private long _bytes;
    private int _reads;

    /// <summary>Where the next page begins, if this one is full.</summary>
    public TopicPartitionOffset? Next { get; private set; }

    public DeadLetterPage ToPage() => new(_letters, Next, _damage);

    /// <summary>Reads a partition from a position to its end, or until the page is full.</summary>
    public async ValueTask ReadAsync(Guid topicId, TopicPartitionOffset from, long end, CancellationToken cancellationToken)
    {
        TopicPartition partition = from.Partition;
        long next = NextWanted(topicId, from);
        if (next >= end)
        {
            return;
        }

        IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.At(next) } },
            cancellationToken).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        while (next < end && Next is null)
        {
            try
            {
                next = Take(topicId, await reader.ReadAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (CorruptLogException damage)
            {
                _damage = damage;
                Next = new TopicPartitionOffset(partition, damage.NextOffset);
                return;
            }

            if (NextWanted(topicId, new TopicPartitionOffset(partition, next)) is var wanted && wanted > next)
            {
                next = wanted;
                if (next < end)
                {
                    reader.Seek(partition, next);
                }
            }
        }
    }

    // Runs of what was decided about are not read at all.
    private long NextWanted(Guid topicId, TopicPartitionOffset from) => filter.IncludeDecided ? from.Offset : decisions.NextOpen(topicId, from);

    private long Take(Guid topicId, ConsumedBatch batch)
    {
        foreach (ConsumedRecord record in batch.Records)
        {
            var position = new TopicPartitionOffset(batch.Partition, record.Offset);
            if (_letters.Count == limit || _bytes >= MaxBytes || _reads == MaxReads)
            {
                Next = position;
                return record.Offset;
            }

            _reads++;
            bool isDecided = decisions.IsDecided(topicId, position);
            if ((!isDecided || filter.IncludeDecided) && DeadLetterDecoder.Decode(position, record.Record) is { } letter && filter.Matches(letter))
            {
                _letters.Add(letter with { TopicId = topicId, IsDecided = isDecided });
                _bytes += record.Record.SizeOf();
            }
        }

        return batch.NextOffset;
    }
}
