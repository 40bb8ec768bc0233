using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ganglion.AspNetCore.Problems;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Commands;
using Ganglion.Cli.Hosting;

namespace Ganglion.Cli.Client;

/// <summary>Speaks the HTTP API, and turns its problems into errors that a person can read.</summary>
internal sealed class ApiClient : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly DataFolderHost? _host;

    public ApiClient(Uri server) => _http = CreateHttp(server, new SocketsHttpHandler());

    public ApiClient(DataFolderHost host)
    {
        _host = host;
        _http = CreateHttp(
            new Uri("http://localhost/"),
            new SocketsHttpHandler { ConnectCallback = (_, cancellationToken) => host.ConnectAsync(cancellationToken) });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A name as a part of a path.</summary>
    public static string Segment(string name) => Uri.EscapeDataString(name);

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, content: null, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gets an answer as it came.</summary>
    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, content: null, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gets a stream of lines, as they come. One that cannot go on ends with a line that says why, which is thrown.</summary>
    public async IAsyncEnumerable<byte[]> GetLinesAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (byte[] line in ReadLinesAsync(HttpMethod.Get, path, content: null, cancellationToken).ConfigureAwait(false))
        {
            if (line.AsSpan().StartsWith("{\"problem\":"u8))
            {
                using JsonDocument last = JsonDocument.Parse(line);
                throw new CliException(last.RootElement.GetProperty("problem").Deserialize(ApiJson.Wire.Problem)!.Detail);
            }

            yield return line;
        }
    }

    /// <summary>Posts a body as JSON, and gets a stream of lines, as they come.</summary>
    public IAsyncEnumerable<byte[]> PostLinesAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadLinesAsync(HttpMethod.Post, path, JsonContent.Create(body, type), cancellationToken);

    private async IAsyncEnumerable<byte[]> ReadLinesAsync(
        HttpMethod method, string path, HttpContent? content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(method, path, content, cancellationToken).ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await foreach (IReadOnlyList<byte[]> lines in InputLines.ReadAsync(body, cancellationToken).ConfigureAwait(false))
        {
            foreach (byte[] line in lines)
            {
                yield return line;
            }
        }
    }

    /// <summary>Posts bytes as they are.</summary>
    public async Task<TResponse> PostAsync<TResponse>(
        string path, byte[] body, string mediaType, JsonTypeInfo<TResponse> responseType, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, path, content, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, responseType, cancellationToken).ConfigureAwait(false);
    }

    public async Task<TResponse> PostAsync<TRequest, TResponse>(
        string path, TRequest body, JsonTypeInfo<TRequest> type, JsonTypeInfo<TResponse> responseType, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Post, path, JsonContent.Create(body, type), cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, responseType, cancellationToken).ConfigureAwait(false);
    }

    public async Task PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Post, path, JsonContent.Create(body, type), cancellationToken).ConfigureAwait(false);
    }

    public async Task<TResponse> PutAsync<TRequest, TResponse>(
        string path, TRequest body, JsonTypeInfo<TRequest> type, JsonTypeInfo<TResponse> responseType, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Put, path, JsonContent.Create(body, type), cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, responseType, cancellationToken).ConfigureAwait(false);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Delete, path, content: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Follows an event stream to its end.</summary>
    public async IAsyncEnumerable<SseItem<byte[]>> FollowAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, content: null, cancellationToken).ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await foreach (SseItem<byte[]> item in SseParser.Create(body, static (_, data) => data.ToArray())
            .EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    private static HttpClient CreateHttp(Uri server, SocketsHttpHandler handler)
    {
        handler.ConnectTimeout = TimeSpan.FromSeconds(5);

        // A stream of which there is enough ends at once, instead of being read on for a while.
        handler.ResponseDrainTimeout = TimeSpan.Zero;
        return new HttpClient(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a body as JSON; the answer is for the caller to read, and to dispose of.</summary>
    public Task<HttpResponseMessage> SendAsync<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(method, path, JsonContent.Create(body, type), cancellationToken);

    /// <summary>Sends a request; the answer is for the caller to read, and to dispose of.</summary>
    /// <exception cref="CliException">Nobody answers, or the answer is a problem.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw new CliException($"No host answers at {_http.BaseAddress}. Start one ('ganglion dev'), name another (--server URL), or open a data folder (--data DIR).",
                exception);
        }

        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                throw await ProblemOfAsync(response, cancellationToken).ConfigureAwait(false);
            }
        }

        return response;
    }

    public async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false)
                ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException exception)
        {
            throw new CliException($"What answers at {_http.BaseAddress} is no Ganglion of this version: {exception.Message}", exception);
        }
    }

    private async Task<CliException> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType == Problem.MediaType)
        {
            Problem problem = await ReadAsync(response, ApiJson.Wire.Problem, cancellationToken).ConfigureAwait(false);
            return new CliException(problem.Detail);
        }

        return new CliException($"What answers at {_http.BaseAddress} is no Ganglion: {(int)response.StatusCode} {response.ReasonPhrase}.");
    }
}
