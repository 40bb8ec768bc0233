using Ganglion.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Groups;

/// <summary>What the reader of a group's event stream has to say: how far it has come, and that it leaves.</summary>
internal static class MemberEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/groups/{group}/members/{member}").Delete(LeaveAsync);
        routes.Resource("/groups/{group}/members/{member}/commits").Post(CommitAsync);
    }

    private static async Task LeaveAsync(ApiRequest request)
    {
        await Find(request).LeaveAsync(request.Aborted).ConfigureAwait(false);
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task CommitAsync(ApiRequest request)
    {
        CommitRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.CommitRequest).ConfigureAwait(false);
        await Find(request).Consumer.CommitAsync(wanted.ToOffsets(), request.Aborted).ConfigureAwait(false);
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static GroupStream Find(ApiRequest request) => request.Api.GroupStreams.Find(request.Group, request.Route("member"));
}
