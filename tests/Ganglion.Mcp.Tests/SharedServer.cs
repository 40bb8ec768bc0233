namespace Ganglion.Mcp.Tests;

/// <summary>A server for all tests that leave it as it is.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private readonly LineLog _log = new();
    private McpTestHost? _host;

    internal McpTestHost Host => _host!;

    internal IEnumerable<string> LogLines => _log.Lines;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("GANGLION_TEST_SECRET", "sesame");
        _host = await McpTestHost.StartAsync("tools", options => options.Environment["GIVEN"] = "this", _log);
    }

    public ValueTask DisposeAsync() => _host!.DisposeAsync();
}
