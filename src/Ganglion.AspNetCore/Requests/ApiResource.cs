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
        routes.Map(pattern, methods: null, RefuseAsync);
    }

    /// <summary>Serves <c>GET</c>, and <c>HEAD</c> (RFC 9110, section 9.3.2): the server leaves the content of its answer out.</summary>
    public ApiResource Get(ApiHandler handler) => Add([HttpMethods.Get, HttpMethods.Head], handler);

    public ApiResource Post(ApiHandler handler) => Add([HttpMethods.Post], handler);

    public ApiResource Put(ApiHandler handler) => Add([HttpMethods.Put], handler);

    public ApiResource Delete(ApiHandler handler) => Add([HttpMethods.Delete], handler);

    private ApiResource Add(string[] methods, ApiHandler handler)
    {
        _methods.AddRange(methods);
        _routes.Map(_pattern, methods, handler);
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
