using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Groups;

/// <summary>Commits how far the reader of a group's event stream has come.</summary>
internal static class CommitEndpoint
{
    public static async Task CommitAsync(ApiRequest request)
    {
        CommitRequest wanted = await request.ReadJsonAsync(ApiJson.Default.CommitRequest).ConfigureAwait(false);
        IEventConsumer consumer = request.Api.GroupStreams.Find(request.Group, request.Route("member"));
        await consumer.CommitAsync(wanted.ToOffsets(), request.Aborted).ConfigureAwait(false);
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
