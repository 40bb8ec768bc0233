using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.OpenApi;

/// <summary>Serves the description of the API, which lies beside this file.</summary>
internal static class OpenApiEndpoint
{
    public static void Map(ApiRoutes routes) => routes.Resource("/openapi.json").Get(ServeAsync);

    private static async Task ServeAsync(ApiRequest request)
    {
        request.Http.Response.ContentType = "application/json; charset=utf-8";
        Stream document = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream("openapi.json")!;
        await using var _ = document.ConfigureAwait(false);
        await document.CopyToAsync(request.Http.Response.Body, request.Aborted).ConfigureAwait(false);
    }
}
