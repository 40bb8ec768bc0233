using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Ganglion.AspNetCore.Requests;

/// <summary>Maps the resources of the API. Every handler runs inside the <see cref="ApiBoundary"/>.</summary>
internal sealed class ApiRoutes(Api api, IEndpointRouteBuilder endpoints)
{
    private readonly HashSet<string> _roots = new(StringComparer.Ordinal);

    /// <summary>Begins a resource, to which methods are added.</summary>
    public ApiResource Resource(string pattern)
    {
        int end = pattern.IndexOf('/', 1);
        _roots.Add(end < 0 ? pattern : pattern[..end]);
        return new ApiResource(this, pattern);
    }

    /// <summary>Answers paths that are no resources with problem details, as everything else is answered.</summary>
    /// <param name="everywhere">All paths; otherwise those below the resources.</param>
    public void MapUnknown(bool everywhere)
    {
        foreach (string root in everywhere ? [""] : _roots)
        {
            Map(root + "/{**rest}", methods: null, static request =>
                throw new ApiException("resource-not-found", $"There is no resource at {request.Http.Request.Path}."));
        }
    }

    public void Map(string pattern, string[]? methods, ApiHandler handler)
    {
        var boundary = new ApiBoundary(api, handler);
        IEndpointConventionBuilder endpoint = methods is null
            ? endpoints.Map(pattern, boundary.HandleAsync)
            : endpoints.MapMethods(pattern, methods, boundary.HandleAsync);
        endpoint.WithDisplayName($"{methods?[0] ?? "any"} {pattern}");
    }
}

/// <summary>Serves one request.</summary>
internal delegate Task ApiHandler(ApiRequest request);
