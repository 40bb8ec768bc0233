using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Models;

/// <summary>A server of models that plays what a test says, on a free port.</summary>
internal sealed class RecordedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RecordedServer(WebApplication app)
    {
        _app = app;
        Address = app.Urls.First();
    }

    public string Address { get; }

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<(string Path, IHeaderDictionary Headers, JsonElement Body)> Requests { get; } = new();

    /// <summary>The body of the only request that there was.</summary>
    public JsonElement Asked => Requests.ShouldHaveSingleItem().Body;

    /// <summary>Answers each request.</summary>
    public static async Task<RecordedServer> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        RecordedServer? server = null;
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            JsonElement json = body.Length == 0 ? default : JsonElement.Parse(body.ToArray());
            server!.Requests.Enqueue((context.Request.Path + context.Request.QueryString, new HeaderDictionary(context.Request.Headers.ToDictionary()), json));
            await answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server = new RecordedServer(app);
    }

    /// <summary>Answers each request with a recorded exchange of the folder <c>Models/…/Recorded</c>.</summary>
    public static Task<RecordedServer> PlayAsync(string recorded, string mediaType, int status = 200) => StartAsync(context => AnswerAsync(context, Read(recorded), mediaType, status));

    public static Task<RecordedServer> PlayTextAsync(string body, string mediaType, int status = 200) =>
        StartAsync(context => AnswerAsync(context, System.Text.Encoding.UTF8.GetBytes(body), mediaType, status));

    public static byte[] Read(string recorded) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Models", recorded));

    public static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> body, string mediaType, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = mediaType;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        // What hangs on purpose is not waited for.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
