using Ganglion.AspNetCore.Events;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Groups;

/// <summary>
/// Reads topics as a member of a consumer group, as server-sent events. The member lives as long as the connection; what it has
/// not committed when it goes is delivered again.
/// </summary>
internal static class GroupFollowEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task FollowAsync(ApiRequest request)
    {
        request.RequireAcceptable(EventStream.MediaType);
        AutoOffsetReset reset = ResetOf(request);
        bool endless = !request.QueryToLatest();
        IReadOnlyList<TopicDescription> topics = await TopicsOf(request).ConfigureAwait(false);
        if (request.IsHead)
        {
            // Who only asks does not join: a rebalance would take partitions from those who read.
            EventStream.WriteHeaders(request.Http.Response);
            return;
        }

        using var caughtUp = new CaughtUp(topics, reset, request.Api.Time);
        GroupStream member = await JoinAsync(request, topics, reset, caughtUp).ConfigureAwait(false);
        await using var _ = member.ConfigureAwait(false);
        using CancellationTokenSource leaving = CancellationTokenSource.CreateLinkedTokenSource(
            request.Aborted, request.Api.Stopping, member.Leaving);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(
            leaving.Token, endless ? CancellationToken.None : caughtUp.Reached);
        using EventStream stream = EventStream.Open(request, leaving.Token);
        try
        {
            stream.WriteJson("joined", new JoinedView(member.Member), ApiJson.Wire.JoinedView);
            await stream.FlushAsync().ConfigureAwait(false);
            while (true)
            {
                await SendNextAsync(stream, member.Consumer, caughtUp, ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // All is read, the client leaves or has gone, or the host goes.
            if (!leaving.IsCancellationRequested)
            {
                await EndAsync(request, stream, leaving.Token).ConfigureAwait(false);
            }
        }
        catch (GanglionException exception)
        {
            stream.WriteProblem(exception);
            await stream.FlushAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask<GroupStream> JoinAsync(
        ApiRequest request, IReadOnlyList<TopicDescription> topics, AutoOffsetReset reset, CaughtUp caughtUp)
    {
        var options = new ConsumerOptions
        {
            GroupId = request.Group,
            Topics = [.. topics.Select(topic => topic.Name)],
            AutoOffsetReset = reset,
            RebalanceListener = caughtUp,
            ClientId = "ganglion-http",
        };
        IEventConsumer consumer = await request.Broker.CreateConsumerAsync(options, request.Aborted).ConfigureAwait(false);
        return request.Api.GroupStreams.Enter(request.Group, consumer);
    }

    private static async Task SendNextAsync(
        EventStream stream, IEventConsumer consumer, CaughtUp caughtUp, CancellationToken cancellationToken)
    {
        try
        {
            ConsumedBatch batch = await stream.WaitAsync(consumer.ReadAsync(cancellationToken)).ConfigureAwait(false);
            foreach (ConsumedRecord record in batch.Records)
            {
                await stream.WriteRecordAsync(id: null, batch.Partition, record).ConfigureAwait(false);
            }

            caughtUp.Read(batch);
        }
        catch (CorruptLogException exception)
        {
            stream.WriteProblem(exception);
        }

        await stream.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Tells that all is read, and stays a member until the client, which has yet to commit, leaves.</summary>
    private static async Task EndAsync(ApiRequest request, EventStream stream, CancellationToken leaving)
    {
        stream.WriteJson("end", new EndView(), ApiJson.Wire.EndView);
        await stream.FlushAsync().ConfigureAwait(false);
        await Task.Delay(Patience, request.Api.Time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static AutoOffsetReset ResetOf(ApiRequest request) => request.Query("from") switch
    {
        null or "earliest" => AutoOffsetReset.Earliest,
        "latest" => AutoOffsetReset.Latest,
        { } text => throw new ApiException(
            "parameter-invalid", $"'from' must be 'earliest' or 'latest', where the group has committed nothing, not '{text}'."),
    };

    private static async ValueTask<IReadOnlyList<TopicDescription>> TopicsOf(ApiRequest request)
    {
        var topics = new List<TopicDescription>();
        foreach (string? name in request.QueryAll("topic"))
        {
            topics.Add(await request.DescribeTopicAsync(name ?? "").ConfigureAwait(false));
        }

        return topics.Count > 0 ? topics : throw new ApiException("parameter-invalid", "'topic' must name what to read; it may be repeated.");
    }
}
