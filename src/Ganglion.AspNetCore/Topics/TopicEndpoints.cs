using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Topics;

/// <summary>Lists, creates, describes and deletes topics.</summary>
internal static class TopicEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/topics").Get(ListAsync).Post(CreateAsync);
        routes.Resource("/topics/{topic}").Get(DescribeAsync).Delete(DeleteAsync);
    }

    private static async Task ListAsync(ApiRequest request)
    {
        IReadOnlyList<TopicDescription> topics = await request.Broker.Topics.ListAsync(request.Aborted).ConfigureAwait(false);
        bool all = request.Query("internal") is "true";
        await request.WriteJsonAsync(
            new TopicList([.. topics.Where(topic => all || !topic.IsInternal).Select(TopicView.Of)]),
            ApiJson.Wire.TopicList).ConfigureAwait(false);
    }

    private static async Task CreateAsync(ApiRequest request)
    {
        TopicRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.TopicRequest).ConfigureAwait(false);
        TopicDescription topic = await request.Broker.Topics
            .CreateAsync(wanted.Name, wanted.ToSettings(), request.Aborted).ConfigureAwait(false);
        PathString collection = request.Http.Request.PathBase + request.Http.Request.Path;
        request.Http.Response.Headers.Location = $"{collection.ToUriComponent().TrimEnd('/')}/{topic.Name}";
        await request.WriteJsonAsync(TopicView.Of(topic), ApiJson.Wire.TopicView, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static async Task DescribeAsync(ApiRequest request)
    {
        TopicDescription topic = await request.DescribeTopicAsync().ConfigureAwait(false);
        await request.WriteJsonAsync(TopicView.Of(topic), ApiJson.Wire.TopicView).ConfigureAwait(false);
    }

    private static async Task DeleteAsync(ApiRequest request)
    {
        await request.Broker.Topics.DeleteAsync(request.Topic, request.Aborted).ConfigureAwait(false);
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
