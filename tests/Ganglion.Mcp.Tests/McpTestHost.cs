using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Mcp.Tests;

/// <summary>A host that knows servers of tools.</summary>
internal sealed class McpTestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private McpTestHost(IHost host) => _host = host;

    public McpToolCatalog Catalog => _host.Services.GetRequiredService<McpToolCatalog>();

    public static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public static Task<McpTestHost> StartAsync(string kind, Action<McpToolsOptions>? more = null, ILoggerProvider? logs = null) =>
        StartAllAsync(new() { ["test"] = TestServer.Of(kind, more) }, null, logs);

    public static async Task<McpTestHost> StartAllAsync(
        Dictionary<string, Action<McpToolsOptions>> servers, Dictionary<string, string?>? configuration = null, ILoggerProvider? logs = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(configuration);
        if (logs is not null)
        {
            builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(logs);
        }

        builder.AddGanglion(ganglion =>
        {
            ganglion.UseVolatileBroker();
            foreach ((string name, Action<McpToolsOptions> configure) in servers)
            {
                ganglion.AddMcpTools(name, configure);
            }
        });
        var host = new McpTestHost(builder.Build());
        try
        {
            await host._host.StartAsync(Timeout);
            return host;
        }
        catch
        {
            await ((IAsyncDisposable)host._host).DisposeAsync();
            throw;
        }
    }

    public AIFunction Tool(string name) => (AIFunction)Catalog.AllTools.Single(tool => tool.Name == name);

    /// <summary>Calls a tool, once it is listed: on a busy machine a server may need longer to start than the host waits for it.</summary>
    public async Task<object?> CallAsync(string tool, params (string Name, object? Value)[] arguments)
    {
        await WhenAsync(() => Catalog.AllTools.Any(listed => listed.Name == tool));
        return await Tool(tool).InvokeAsync(new AIFunctionArguments(arguments.ToDictionary(one => one.Name, one => one.Value)), Timeout);
    }

    public async Task<string> TextAsync(string tool, params (string Name, object? Value)[] arguments) => (string)(await CallAsync(tool, arguments))!;

    public static async Task WhenAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(Timeout);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
