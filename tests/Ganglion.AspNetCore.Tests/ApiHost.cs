using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.AspNetCore.Tests;

/// <summary>The API on a real server, on a free port, over a volatile broker.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, EmbeddedBroker broker)
    {
        _app = app;
        Broker = broker;

        // A stream that a test has had enough of ends at once, instead of being read on for a while.
        var handler = new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero };
        Client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public EmbeddedBroker Broker { get; }

    public HttpClient Client { get; }

    public WebApplication App => _app;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<ApiHost> StartAsync(
        EmbeddedBrokerOptions? options = null,
        Action<GanglionApiOptions>? configure = null,
        string prefix = "",
        Action<IServiceCollection>? services = null) =>
        StartAsync(EmbeddedBroker.CreateVolatile(options), configure, prefix, services);

    public static async Task<ApiHost> StartAsync(
        EmbeddedBroker broker,
        Action<GanglionApiOptions>? configure = null,
        string prefix = "",
        Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IEventBroker>(broker);
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.MapGanglion(prefix, configure);
        await app.StartAsync(Cancelled);
        return new ApiHost(app, broker);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await Broker.DisposeAsync();
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(path, Cancelled);

    public Task<HttpResponseMessage> DeleteAsync(string path) => Client.DeleteAsync(path, Cancelled);

    public Task<HttpResponseMessage> PostAsync(string path, string json) => PostAsync(path, json, "application/json");

    public async Task<HttpResponseMessage> PostAsync(
        string path, string body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await Client.SendAsync(request, Cancelled);
    }

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using HttpResponseMessage response = await GetAsync(path);
        return await response.ReadJsonAsync(HttpStatusCode.OK);
    }

    /// <summary>Appends records of these values to partition 0, behind the API's back.</summary>
    public async Task AppendAsync(string topic, params string[] values)
    {
        await using IEventProducer producer = await Broker.CreateProducerAsync(cancellationToken: Cancelled);
        foreach (string value in values)
        {
            await producer.AppendAsync(
                new ProducerRecord(topic, new Record(null, Encoding.UTF8.GetBytes(value)), Partition: 0), Cancelled);
        }
    }
}
