using System.Net;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Requests;

/// <summary>
/// Keeps foreign web pages from using a browser on this machine as their way to the API: a page may post across origins without
/// being asked, and a name that is rebound to the loopback address makes it look like the same origin.
/// </summary>
internal static class BrowserGuard
{
    public static void Check(HttpContext context, GanglionApiOptions options)
    {
        HttpRequest request = context.Request;
        string? origin = request.Headers.Origin;
        if (origin is not null && !options.AllowedOrigins.Contains(origin)
            && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException("origin-forbidden", $"Pages of {origin} may not call this API; the host's AllowedOrigins tell which may.");
        }

        if (context.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address)
            && !IsLoopbackName(request.Host.Host)
            && !options.AllowedOrigins.Contains($"https://{request.Host}")
            && !options.AllowedOrigins.Contains($"http://{request.Host}"))
        {
            throw new ApiException("origin-forbidden", $"This API is served to this machine only, and {request.Host} is not one of its names.");
        }
    }

    private static bool IsLoopbackName(string host) =>
        host.Length == 0
        || string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
