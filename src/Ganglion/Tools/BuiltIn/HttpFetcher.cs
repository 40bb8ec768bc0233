using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Ganglion.Tools.BuiltIn;

/// <summary>Gets texts by HTTP, and looks at each step where it leads: at the URL, at the address, at each redirection.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as its tool, which nobody disposes of; idle connections close by themselves.")]
internal sealed class HttpFetcher
{
    private static readonly string[] TextTypes = ["application/json", "application/xml", "application/xhtml+xml", "application/javascript", "application/x-ndjson", "application/yaml"];

    private readonly HttpFetchOptions _options;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly HostList _public;
    private readonly HostList _private;
    private readonly HttpClient _client;

    public HttpFetcher(HttpFetchOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _options = options;
        _resolve = resolve;
        _public = new HostList(options.Hosts);
        _private = new HostList(options.PrivateHosts);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // A proxy would connect in our stead, and look at no address.
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 64,
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders =
            {
                Accept = { new("text/*"), new("application/json"), new MediaTypeWithQualityHeaderValue("*/*", 0.1) },
                UserAgent = { new("Ganglion", null) },
            },
        };
    }

    /// <exception cref="HttpRequestException">It may not be fetched, or cannot be; the message says why.</exception>
    public async Task<string> FetchAsync(string url, CancellationToken cancellationToken)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        given.CancelAfter(_options.Timeout);
        try
        {
            return await FollowAsync(url, given.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"The host has not answered within {_options.Timeout}.", exception);
        }
    }

    private async Task<string> FollowAsync(string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? at))
        {
            throw new HttpRequestException($"'{url}' is no URL.");
        }

        for (int i = 0; i <= _options.MaxRedirects; i++)
        {
            Check(at);
            using HttpResponseMessage response = await _client.GetAsync(at, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } next)
            {
                at = new Uri(at, next);
                continue;
            }

            return response.IsSuccessStatusCode
                ? $"{at}\n{await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false)}"
                : throw new HttpRequestException($"{at.Host} answers {(int)response.StatusCode} {response.StatusCode}.");
        }

        throw new HttpRequestException($"It is redirected more than {_options.MaxRedirects} times.");
    }

    private void Check(Uri url)
    {
        if (url.Scheme != Uri.UriSchemeHttps && !(_options.AllowHttp && url.Scheme == Uri.UriSchemeHttp))
        {
            throw new HttpRequestException($"'{url.Scheme}' is not allowed: take https{(_options.AllowHttp ? " or http" : "")}.");
        }

        if (url.UserInfo.Length > 0)
        {
            throw new HttpRequestException("A URL with a user in it is not allowed.");
        }

        if (!_public.Has(url) && !_private.Has(url))
        {
            throw new HttpRequestException($"{url.IdnHost}:{url.Port} is not allowed. These are: {string.Join(", ", _options.Hosts.Concat(_options.PrivateHosts))}.");
        }
    }

    // The address that is looked at is the one that is connected to: a name that says another one the next time gains nothing.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Uri url = context.InitialRequestMessage.RequestUri!;
        IPAddress[] addresses = IPAddress.TryParse(context.DnsEndPoint.Host, out IPAddress? literal)
            ? [literal]
            : await _resolve(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        IPAddress[] allowed = _private.Has(url) ? addresses : [.. addresses.Where(PublicAddress.IsPublic)];
        if (allowed.Length == 0)
        {
            throw new HttpRequestException($"{context.DnsEndPoint.Host} has no public address.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        string type = content.Headers.ContentType?.MediaType ?? "text/plain";
        if (!type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            && !TextTypes.Contains(type, StringComparer.OrdinalIgnoreCase)
            && !type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            && !type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase))
        {
            throw new HttpRequestException($"It is '{type}', and only texts are fetched.");
        }

        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var own = stream.ConfigureAwait(false);
        byte[] bytes = new byte[_options.MaxBytes + 1];
        int read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        string text = EncodingOf(content).GetString(bytes, 0, Math.Min(read, _options.MaxBytes));
        return read > _options.MaxBytes ? $"{text}\n[only the first {_options.MaxBytes} bytes were read]" : text;
    }

    private static Encoding EncodingOf(HttpContent content)
    {
        try
        {
            return content.Headers.ContentType?.CharSet is { } name ? Encoding.GetEncoding(name.Trim('"')) : Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }
}
