using System.Diagnostics;
using System.Globalization;

namespace Ganglion.Mcp.Tests;

/// <summary>Servers that come, go and do what they should not, and what is configured of them.</summary>
public sealed class McpConnectionTests
{
    [Fact(Timeout = 60_000)]
    public async Task Only_those_are_taken_that_are_wanted()
    {
        await using McpTestHost host = await McpTestHost.StartAsync("tools", options => options.Only = ["add", "gro*"]);

        host.Catalog.ToolsOf("test").Select(tool => tool.Name).Order(StringComparer.Ordinal).ShouldBe(["test_add", "test_grow"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_dies_in_a_call_fails_it_and_is_started_again()
    {
        await using McpTestHost host = await McpTestHost.StartAsync("tools");
        string before = await host.TextAsync("test_process");

        (await Should.ThrowAsync<McpToolsException>(host.CallAsync("test_die"))).Code.ShouldBe("mcp-unavailable");

        // Not connected yet, perhaps: then the call waits for it.
        string after = await host.TextAsync("test_process");
        after.ShouldNotBe(before);
        host.Catalog.AllTools.Count.ShouldBeGreaterThan(5);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nonsense_among_the_messages_is_passed_over()
    {
        await using McpTestHost host = await McpTestHost.StartAsync("garbage");

        (await host.TextAsync("test_nonsense")).ShouldBe("sense");
        (await host.TextAsync("test_add", ("a", 1), ("b", 2))).ShouldBe("3");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("mute")]
    [InlineData("gone")]
    public async Task A_server_that_does_not_work_holds_the_host_up_for_a_while_only(string kind)
    {
        await using McpTestHost host = await McpTestHost.StartAsync(kind, options => options.ConnectTimeout = TimeSpan.FromMilliseconds(500));

        host.Catalog.IsConnected("test").ShouldBeFalse();
        host.Catalog.ToolsOf("test").ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_that_there_is_not_is_tried_again_and_holds_up_no_other_server()
    {
        var logs = new LineLog();
        await using McpTestHost host = await McpTestHost.StartAllAsync(
            new() { ["none"] = options => options.Command = "/no/such/command", ["test"] = TestServer.Of("tools") }, logs: logs);

        (await host.TextAsync("test_add", ("a", 1), ("b", 2))).ShouldBe("3");
        host.Catalog.IsConnected("none").ShouldBeFalse();
        logs.Lines.ShouldContain(line => line.StartsWith("Warning: The server none cannot be reached; it is tried again in", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task With_the_host_its_servers_end()
    {
        int process;
        await using (McpTestHost host = await McpTestHost.StartAsync("tools"))
        {
            process = int.Parse(await host.TextAsync("test_process"), CultureInfo.InvariantCulture);
        }

        // Not there any more, or not quite gone.
        try
        {
            using var found = Process.GetProcessById(process);
            await found.WaitForExitAsync(McpTestHost.Timeout);
        }
        catch (ArgumentException)
        {
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_configuration_names_servers_too()
    {
        await using McpTestHost host = await McpTestHost.StartAllAsync(
            new() { ["test"] = _ => { } },
            new()
            {
                ["Ganglion:Mcp:test:Command"] = "dotnet",
                ["Ganglion:Mcp:test:Arguments:0"] = TestServer.Path,
                ["Ganglion:Mcp:test:Arguments:1"] = "tools",
                ["Ganglion:Mcp:test:Environment:GIVEN"] = "that",
                ["Ganglion:Mcp:test:Only"] = "variable",
            });

        (await host.TextAsync("test_variable", ("name", "GIVEN"))).ShouldBe("that");
        host.Catalog.AllTools.ShouldHaveSingleItem();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_with_faults_in_its_servers_does_not_start_and_tells_all_of_them()
    {
        McpToolsException exception = await Should.ThrowAsync<McpToolsException>(McpTestHost.StartAllAsync(
            new() { ["a_b"] = options => options.Command = "x", ["two"] = options => { options.Command = "x"; options.Url = new Uri("http://localhost"); }, ["none"] = _ => { } },
            new() { ["Ganglion:Mcp:two:ConnectTimeout"] = "soon", ["Ganglion:Mcp:two:Colour"] = "red", ["Ganglion:Mcp:three:Url"] = "here" }));

        exception.Code.ShouldBe("mcp-options-invalid");
        foreach (string fault in new[] { "Mcp:a_b: a server is called by", "Mcp:two has both Command and Url", "Mcp:none has neither Command and Url", "Mcp:two:ConnectTimeout is 'soon'", "Mcp:two:Colour means nothing", "Mcp:three:Url is 'here'" })
        {
            exception.Message.ShouldContain(fault);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_nobody_has_added_has_no_tools()
    {
        await using McpTestHost host = await McpTestHost.StartAsync("gone");

        Should.Throw<ArgumentException>(() => host.Catalog.ToolsOf("other")).Message.ShouldContain("name one of test");
    }
}
