using ModelContextProtocol.Server;

namespace Ganglion.Mcp.Tests;

/// <summary>Tools of a server that is reached by HTTP.</summary>
public sealed class McpHttpTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_tools_of_a_URL_are_called_with_its_headers()
    {
        await using HttpServer server = await HttpServer.StartAsync(McpServerTool.Create((int a, int b) => a + b, new() { Name = "add", Description = "Adds." }));
        await using McpTestHost host = await McpTestHost.StartAllAsync(new()
        {
            ["web"] = options =>
            {
                options.Url = server.Url;
                options.Headers["Authorization"] = "Bearer sesame";
            },
        });

        (await host.TextAsync("web_add", ("a", 40), ("b", 2))).ShouldBe("42");
        server.Authorizations.Distinct().ShouldBe(["Bearer sesame"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_URL_at_which_nobody_listens_holds_nothing_up()
    {
        Uri url;
        await using (HttpServer server = await HttpServer.StartAsync())
        {
            url = server.Url;
        }

        await using McpTestHost host = await McpTestHost.StartAllAsync(new()
        {
            ["web"] = options =>
            {
                options.Url = url;
                options.ConnectTimeout = TimeSpan.FromMilliseconds(500);
            },
        });

        host.Catalog.IsConnected("web").ShouldBeFalse();
        host.Catalog.AllTools.ShouldBeEmpty();
    }
}
