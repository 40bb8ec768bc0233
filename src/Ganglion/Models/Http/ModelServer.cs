using System.Net.Http.Headers;
using System.Text;

namespace Ganglion.Models.Http;

/// <summary>The HTTP server of a provider of models.</summary>
internal sealed class ModelServer : IDisposable
{
    private const int MaxErrorBytes = 64 << 10;

    private readonly Uri _address;
    private readonly HttpClient _client;
    private readonly bool _ownsClient;
    private readonly Action<HttpRequestHeaders> _introduce;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <param name="address">Where it is; what is asked for comes behind it.</param>
    /// <param name="client">Makes the requests. Default: one of its own.</param>
    /// <param name="faults">Says what goes wrong.</param>
    /// <param name="introduce">Says in a request who asks.</param>
    /// <param name="timeout">How long it may be silent.</param>
    /// <param name="time">The clock.</param>
    public ModelServer(Uri address, HttpClient? client, ProviderFaults faults, Action<HttpRequestHeaders> introduce, TimeSpan timeout, TimeProvider time)
    {
        _address = address;
        _ownsClient = client is null;
        _client = client ?? CreateClient();
        _introduce = introduce;
        _timeout = timeout;
        _time = time;
        Faults = faults;
    }

    public ProviderFaults Faults { get; }

    /// <summary>Asks for something.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">What for, behind the address.</param>
    /// <param name="body">The JSON that goes with it.</param>
    /// <param name="isStreamed">Whether the answer comes bit by bit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ModelProviderException">There is no answer.</exception>
    public async Task<ServerAnswer> SendAsync(HttpMethod method, string path, byte[]? body, bool isStreamed, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, PathOf(path));
        _introduce(request.Headers);
        request.Headers.Accept.ParseAdd(isStreamed ? "application/json, application/x-ndjson, text/event-stream" : "application/json");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        var patience = new Patience(_timeout, _time, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(request, patience).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw Faults.Status(response, await ReadErrorAsync(response, patience).ConfigureAwait(false));
            }

            string? type = response.Content.Headers.ContentType?.MediaType;
            if (type is not null && !IsReadable(type))
            {
                throw Faults.NoAnswer(type);
            }

            Stream stream = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            if (isStreamed)
            {
                patience.Pause();
            }

            return new ServerAnswer(response, new BoundedBody(stream, Faults, patience, isStreamed), patience, Faults);
        }
        catch
        {
            response?.Dispose();
            patience.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_ownsClient)
        {
            _client.Dispose();
        }
    }

    private static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        // Who has had enough of an answer does not read on; and an address that leads elsewhere is to be corrected, not followed with a key.
        ResponseDrainTimeout = TimeSpan.Zero,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    // An address may have a query, such as api-version=….
    private Uri PathOf(string path) => new UriBuilder(_address) { Path = $"{_address.AbsolutePath.TrimEnd('/')}/{path}" }.Uri;

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Patience patience)
    {
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            patience.ThrowIfGivenUp();
            throw exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
                ? Faults.Unreachable(exception)
                : Faults.CutOff(exception);
        }
        catch (OperationCanceledException exception)
        {
            patience.ThrowIfGivenUp();

            // Whose patience it was that ended: where it was not ours, no connection came about in time.
            throw _ownsClient && !patience.Token.IsCancellationRequested ? Faults.Unreachable(exception) : Faults.TimedOut(exception);
        }
    }

    private static bool IsReadable(string type) =>
        type.Contains("json", StringComparison.OrdinalIgnoreCase)
        || type.ToLowerInvariant() is "text/event-stream" or "application/x-ndjson" or "application/octet-stream" or "text/plain";

    // Whatever goes wrong here, the status is what matters.
    private static async Task<string> ReadErrorAsync(HttpResponseMessage response, Patience patience)
    {
        byte[] buffer = new byte[MaxErrorBytes];
        int length = 0;
        try
        {
            using Stream body = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            patience.ThrowIfGivenUp();
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
