using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Ganglion.Mcp.Tests;

/// <summary>A server of the protocol by streamable HTTP, without sessions, on a free port.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpServer(WebApplication app) => _app = app;

    public Uri Url => new($"{_app.Urls.Single()}/mcp");

    public ConcurrentQueue<string?> Authorizations { get; } = new();

    public static async Task<HttpServer> StartAsync(params McpServerTool[] tools)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new HttpServer(builder.Build());
        server._app.MapPost("/mcp", context => server.HandleAsync(context, tools));
        await server._app.StartAsync(McpTestHost.Timeout);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context, McpServerTool[] tools)
    {
        Authorizations.Enqueue(context.Request.Headers.Authorization);
        var message = (JsonRpcMessage)(await JsonSerializer.DeserializeAsync(
            context.Request.Body, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage)), context.RequestAborted))!;
        await using var transport = new StreamableHttpServerTransport(NullLoggerFactory.Instance) { Stateless = true };
        await using McpServer server = McpServer.Create(transport, new McpServerOptions { ToolCollection = [.. tools] });
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        Task serving = server.RunAsync(end.Token);
        context.Response.StatusCode = message is JsonRpcRequest ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        context.Response.ContentType = message is JsonRpcRequest ? "text/event-stream" : null;
        await transport.HandlePostRequestAsync(message, context.Response.Body, context.RequestAborted);
        await end.CancelAsync();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
