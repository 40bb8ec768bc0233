using Ganglion.Brokers;

namespace Ganglion.DeadLetters;

public sealed partial class DeadLetterQueue
{
    /// <summary>The most letters that a page may be asked to hold.</summary>
    public const int MaxPageLetters = 1_000;

    /// <summary>Lists letters that nobody has decided about, page by page.</summary>
    /// <param name="filter">Which; <see langword="null"/>: all.</param>
    /// <param name="from">Where to begin: <see cref="DeadLetterPage.Next"/> of the page before; <see langword="null"/>: at the beginning.</param>
    /// <param name="limit">How many at most; 1 to <see cref="MaxPageLetters"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A page. It ends early when it holds 4 MiB, or when 10,000 records were looked at.</returns>
    /// <exception cref="TopicException">There is no such topic (<c>topic-not-found</c>).</exception>
    /// <exception cref="CorruptLogException">A decision is damaged.</exception>
    public async ValueTask<DeadLetterPage> ListAsync(
        DeadLetterFilter? filter = null, TopicPartitionOffset? from = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxPageLetters);
        filter ??= new DeadLetterFilter();
        await _decisions.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var page = new PageScan(_broker, _decisions, filter, limit);
        foreach (TopicDescription topic in await FindTopicsAsync(filter.Topic, cancellationToken).ConfigureAwait(false))
        {
            foreach (PartitionDescription partition in topic.Partitions)
            {
                var id = new TopicPartition(topic.Name, partition.Partition);
                if (from is { } begin && id < begin.Partition)
                {
                    continue;
                }

                long start = Math.Max(from?.Partition == id ? from.Value.Offset : 0, partition.EarliestOffset);
                await page.ReadAsync(topic.Id, new TopicPartitionOffset(id, start), partition.LatestOffset, cancellationToken).ConfigureAwait(false);
                if (page.Next is not null)
                {
                    return page.ToPage();
                }
            }
        }

        return page.ToPage();
    }

    private async ValueTask<IReadOnlyList<TopicDescription>> FindTopicsAsync(string? name, CancellationToken cancellationToken)
    {
        IReadOnlyList<TopicDescription> topics = await _broker.Topics.ListAsync(cancellationToken).ConfigureAwait(false);
        TopicDescription[] found =
        [
            .. topics.Where(topic => !topic.IsInternal && DeadLetterTopic.Is(topic.Name)
                    && (name is null || topic.Name == name || DeadLetterTopic.StemOf(topic.Name) == name))
                .OrderBy(topic => topic.Name, StringComparer.Ordinal),
        ];
        return found.Length > 0 || name is null ? found : topics.Where(topic => topic.Name == name).ToArray() is { Length: > 0 } named ? named
            : throw new TopicException("topic-not-found", $"There is no topic '{name}', and none of its dead letters.");
    }
}
