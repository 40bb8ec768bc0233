using System.Text.Json.Nodes;
using Ganglion.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.OpenApi;

/// <summary>Serves the description of the API, which lies beside this file, with the prefix under which the API is served.</summary>
internal static class OpenApiEndpoint
{
    private const string Name = "/openapi.json";

    public static void Map(ApiRoutes routes) => routes.Resource(Name).Get(ServeAsync);

    public static JsonObject Load()
    {
        using Stream document = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream("openapi.json")!;
        return JsonNode.Parse(document)!.AsObject();
    }

    private static Task ServeAsync(ApiRequest request)
    {
        JsonObject document = Load();
        string path = request.Http.Request.PathBase + request.Http.Request.Path;
        if (path[..^Name.Length] is { Length: > 0 } prefix)
        {
            document["servers"]![0]!["url"] = prefix;
        }

        request.Http.Response.ContentType = "application/json; charset=utf-8";
        return request.Http.Response.WriteAsync(document.ToJsonString() + "\n", request.Aborted);
    }
}
