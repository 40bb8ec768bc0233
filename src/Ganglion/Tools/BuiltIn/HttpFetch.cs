using System.ComponentModel;
using System.Net;

namespace Ganglion.Tools.BuiltIn;

/// <summary>A tool that fetches texts by HTTP, from hosts that are listed and from no others.</summary>
public static class HttpFetch
{
    /// <summary>
    /// Makes the tool <c>fetch_url</c>: it gets a URL and returns its text. It sends no cookies and no credentials, follows redirections only to hosts that are listed, and looks at the address
    /// when it connects, so that a name which leads into the own network is of no use.
    /// </summary>
    /// <param name="fetch">What may be fetched.</param>
    /// <param name="options">How it is to be called. Default: the default options.</param>
    /// <exception cref="ArgumentException">A host is listed that cannot be one.</exception>
    public static AgentTool Create(HttpFetchOptions fetch, ToolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fetch);
        return Create(fetch, options, Dns.GetHostAddressesAsync);
    }

    internal static AgentTool Create(HttpFetchOptions fetch, ToolOptions? options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        var fetcher = new HttpFetcher(fetch, resolve);
        return AgentTool.Create(
            ([Description("The URL, with https://.")] string url, CancellationToken cancellationToken) => fetcher.FetchAsync(url, cancellationToken),
            "fetch_url",
            $"Gets the text of a URL of one of these hosts: {string.Join(", ", fetch.Hosts.Concat(fetch.PrivateHosts))}.",
            options);
    }
}
