using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Requests;

/// <summary>A path and its methods. Any other method is answered by the problem <c>method-not-allowed</c>.</summary>
internal sealed class ApiResource
{
    private readonly ApiRoutes _routes;
    private readonly string _pattern;
    private readonly List<string> _methods = [];

    public ApiResource(ApiRoutes routes, string pattern)
    {
        _routes = routes;
        _pattern = pattern;
        routes.Map(pattern, method: null, RefuseAsync);
    }

    public ApiResource Get(ApiHandler handler) => Add(HttpMethods.Get, handler);

    public ApiResource Post(ApiHandler handler) => Add(HttpMethods.Post, handler);

    public ApiResource Delete(ApiHandler handler) => Add(HttpMethods.Delete, handler);

    private ApiResource Add(string method, ApiHandler handler)
    {
        _methods.Add(method);
        _routes.Map(_pattern, method, handler);
        return this;
    }

    private Task RefuseAsync(ApiRequest request)
    {
        string allowed = string.Join(", ", _methods);
        request.Http.Response.Headers.Allow = allowed;
        throw new ApiException(
            "method-not-allowed", $"{request.Http.Request.Path} knows {allowed}, not {request.Http.Request.Method}.");
    }
}
