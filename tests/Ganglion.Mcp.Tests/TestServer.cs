namespace Ganglion.Mcp.Tests;

/// <summary>Where the process is that serves in tests.</summary>
internal static class TestServer
{
    // artifacts/bin/Ganglion.Mcp.Tests/release → artifacts/bin/McpProcess/release
    public static string Path { get; } = System.IO.Path.Combine(
        AppContext.BaseDirectory, "..", "..", "McpProcess", new DirectoryInfo(AppContext.BaseDirectory).Name, "McpProcess.dll");

    public static Action<McpToolsOptions> Of(string kind, Action<McpToolsOptions>? more = null) => options =>
    {
        options.Command = "dotnet";
        options.Arguments = [Path, kind];
        options.ReconnectDelay = TimeSpan.Zero;
        options.MaxReconnectDelay = TimeSpan.FromMilliseconds(100);
        options.Farewell = TimeSpan.FromSeconds(1);
        more?.Invoke(options);
    };
}
