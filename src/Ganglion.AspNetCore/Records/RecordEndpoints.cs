using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.Records;

/// <summary>The records of a topic: what lies below its events.</summary>
internal static class RecordEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/topics/{topic}/records").Post(AppendEndpoint.AppendAsync);
        routes.Resource("/topics/{topic}/partitions/{partition}/records").Get(ReadEndpoint.ReadAsync);
    }
}
