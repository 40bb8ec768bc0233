using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Events;

/// <summary>Follows a topic as server-sent events. A client that comes back with its last id goes on exactly where it was.</summary>
internal static class FollowEndpoint
{
    public static async Task FollowAsync(ApiRequest request)
    {
        request.RequireAcceptable(EventStream.MediaType);
        OffsetPosition from = request.QueryPosition("from", OffsetPosition.Latest);
        bool endless = !request.QueryToLatest();
        var filter = new ConversationFilter(request.Query("conversation"));
        TopicDescription topic = await request.DescribeTopicAsync().ConfigureAwait(false);
        StreamPosition position = await BeginAsync(request, topic, from).ConfigureAwait(false);
        if (request.IsHead)
        {
            EventStream.WriteHeaders(request.Http.Response);
            return;
        }

        using CancellationTokenSource ending = request.EndWithHost();
        IEventReader reader = await request.Broker
            .CreateReaderAsync(new ReaderOptions { From = position.ToReader(topic.Name) }, ending.Token)
            .ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);

        using EventStream stream = EventStream.Open(request, ending.Token);
        stream.WritePosition(position.ToId());
        await stream.FlushAsync().ConfigureAwait(false);
        try
        {
            while (endless || HasMore(reader, topic, position))
            {
                await SendNextAsync(stream, reader, position, filter, ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client has gone, or the host goes: the client's last id tells where to go on.
        }
        catch (GanglionException exception)
        {
            stream.WriteProblem(exception);
            await stream.FlushAsync().ConfigureAwait(false);
        }
    }

    private static async Task SendNextAsync(
        EventStream stream, IEventReader reader, StreamPosition position, ConversationFilter filter, CancellationToken cancellationToken)
    {
        try
        {
            ConsumedBatch batch = await stream.WaitAsync(reader.ReadAsync(cancellationToken)).ConfigureAwait(false);
            int partition = batch.Partition.Partition;
            foreach (ConsumedRecord record in batch.Records)
            {
                position.Advance(partition, record.Offset);
                if (filter.Takes(record.Record))
                {
                    await stream.WriteRecordAsync(position.ToId(partition), batch.Partition, record).ConfigureAwait(false);
                }
            }
        }
        catch (CorruptLogException exception)
        {
            // The reader goes on behind the damage, and so does the stream.
            stream.WriteProblem(exception);
        }

        await stream.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Where each partition begins: behind the client's last id, else where the query says.</summary>
    private static async ValueTask<StreamPosition> BeginAsync(ApiRequest request, TopicDescription topic, OffsetPosition from)
    {
        Dictionary<int, long> resume = [];
        if (request.Http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } id && !StreamPosition.TryParse(id, out resume))
        {
            throw new ApiException("parameter-invalid", $"'Last-Event-ID' must be the id of a message of this stream, not '{id}'.");
        }

        PartitionDescription[] chosen = Chosen(request, topic);
        Dictionary<int, long> next = chosen
            .Where(partition => resume.ContainsKey(partition.Partition))
            .ToDictionary(partition => partition.Partition, partition => resume[partition.Partition]);
        PartitionDescription[] others = [.. chosen.Where(partition => !next.ContainsKey(partition.Partition))];
        if (others.Length > 0)
        {
            foreach ((TopicPartition partition, long offset) in await request.FindOffsetsAsync(topic.Name, others, from).ConfigureAwait(false))
            {
                next[partition.Partition] = offset;
            }
        }

        return new StreamPosition(next);
    }

    private static PartitionDescription[] Chosen(ApiRequest request, TopicDescription topic)
    {
        if (request.Query("partition") is null)
        {
            return [.. topic.Partitions];
        }

        int only = request.QueryNumber("partition", fallback: 0, min: 0, max: topic.Partitions.Count - 1);
        return [.. topic.Partitions.Where(partition => partition.Partition == only)];
    }

    private static bool HasMore(IEventReader reader, TopicDescription topic, StreamPosition position) =>
        topic.Partitions.Any(partition =>
            position.Covers(partition.Partition)
            && reader.GetPosition(new TopicPartition(topic.Name, partition.Partition)) < partition.LatestOffset);
}
