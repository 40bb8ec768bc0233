using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.Events;

/// <summary>The events of a topic: publishing and following them.</summary>
internal static class EventEndpoints
{
    public static void Map(ApiRoutes routes) =>
        routes.Resource("/topics/{topic}/events").Get(FollowEndpoint.FollowAsync).Post(PublishEndpoint.PublishAsync);
}
