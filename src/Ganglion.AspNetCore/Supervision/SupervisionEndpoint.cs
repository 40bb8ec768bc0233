using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.Supervision;

/// <summary>Shows how the agents of the host are doing.</summary>
internal static class SupervisionEndpoint
{
    public static void Map(ApiRoutes routes) => routes.Resource("/supervision").Get(static request =>
        request.WriteJsonAsync(request.Api.Supervision, ApiJson.Wire.SupervisionView));
}
