using System.Globalization;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Records;

/// <summary>Reads a partition page by page, waiting at its end for as long as the caller likes.</summary>
internal static class ReadEndpoint
{
    private const int MaxLimit = 10_000;
    private const long MaxPageBytes = 4 * 1024 * 1024;

    public static async Task ReadAsync(ApiRequest request)
    {
        OffsetPosition from = request.QueryPosition("offset", OffsetPosition.Earliest);
        int limit = request.QueryNumber("limit", fallback: 100, min: 1, max: MaxLimit);
        TimeSpan wait = request.QueryDuration("wait");
        TopicPartition partition = await FindPartitionAsync(request).ConfigureAwait(false);

        RecordPage page = await ReadPageAsync(request, partition, from, limit, wait).ConfigureAwait(false);

        request.Http.Response.ContentType = "application/json; charset=utf-8";
        page.WriteTo(request.Http.Response.BodyWriter);
        await JsonAnswer.EndAsync(request.Http).ConfigureAwait(false);
    }

    private static async ValueTask<TopicPartition> FindPartitionAsync(ApiRequest request)
    {
        TopicDescription topic = await request.DescribeTopicAsync().ConfigureAwait(false);
        string number = request.Route("partition");
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
            && partition < topic.Partitions.Count
            ? new TopicPartition(topic.Name, partition)
            : throw new TopicException(
                "topic-not-found", $"Topic '{topic.Name}' has partitions 0 to {topic.Partitions.Count - 1}, not '{number}'.");
    }

    private static async Task<RecordPage> ReadPageAsync(
        ApiRequest request, TopicPartition partition, OffsetPosition from, int limit, TimeSpan wait)
    {
        ITopicAdministration topics = request.Broker.Topics;
        long next = await topics.GetOffsetAsync(partition, from, request.Aborted).ConfigureAwait(false);
        long end = await topics.GetOffsetAsync(partition, OffsetPosition.Latest, request.Aborted).ConfigureAwait(false);
        var page = new RecordPage(partition, next, end);
        if (next == end && wait == TimeSpan.Zero)
        {
            return page;
        }

        IEventReader reader = await request.Broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.At(next) } },
            request.Aborted).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        using CancellationTokenSource patience = request.GiveUpAfter(wait);
        try
        {
            while (page.Count < limit && page.Bytes < MaxPageBytes && (page.NextOffset < end || page.Count == 0))
            {
                CancellationToken giveUp = page.NextOffset < end ? request.Aborted : patience.Token;
                page.Add(await reader.ReadAsync(giveUp).ConfigureAwait(false), limit);
            }
        }
        catch (CorruptLogException damage)
        {
            page.Add(damage);
        }
        catch (OperationCanceledException) when (!request.Aborted.IsCancellationRequested)
        {
            // Nothing came within the wait: the page stays empty.
        }

        return page;
    }
}
