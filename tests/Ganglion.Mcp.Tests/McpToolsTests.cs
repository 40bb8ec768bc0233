using Ganglion.Tools;

namespace Ganglion.Mcp.Tests;

/// <summary>Tools of a real server, which is a process of its own.</summary>
public sealed class McpToolsTests(SharedServer server) : IClassFixture<SharedServer>
{
    [Fact(Timeout = 60_000)]
    public async Task The_tools_of_a_server_are_there_when_the_host_has_started_under_its_name_and_theirs()
    {
        McpTestHost host = server.Host;

        host.Catalog.IsConnected("test").ShouldBeTrue();
        host.Tool("test_add").Description.ShouldBe("Adds two numbers.");
        host.Tool("test_add").JsonSchema.GetProperty("properties").GetProperty("a").GetProperty("description").GetString().ShouldBe("One.");
        (await host.TextAsync("test_add", ("a", 40), ("b", 2))).ShouldBe("42");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tool_that_says_that_it_destroys_counts_as_risky_and_none_as_less_risky_than_the_options_say()
    {
        McpTestHost host = server.Host;

        host.Tool("test_delete_all").GetService<AgentTool>()!.Options.ShouldBe(new ToolOptions { Risk = 0.8 });
        host.Tool("test_add").GetService<AgentTool>()!.Options.ShouldBe(new ToolOptions());
    }

    [Fact(Timeout = 60_000)]
    public async Task Tools_that_come_later_are_listed_when_the_server_says_so()
    {
        McpTestHost host = server.Host;

        await host.CallAsync("test_grow");

        await McpTestHost.WhenAsync(() => host.Catalog.AllTools.Any(tool => tool.Name == "test_grown"));
        (await host.TextAsync("test_grown")).ShouldBe("grown");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tool_that_fails_says_why()
    {
        McpTestHost host = server.Host;

        McpToolsException exception = await Should.ThrowAsync<McpToolsException>(host.CallAsync("test_fail"));

        exception.Code.ShouldBe("mcp-tool-failed");
        exception.Message.ShouldContain("The tank is empty.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_hangs_ends_with_its_token_and_the_server_goes_on()
    {
        McpTestHost host = server.Host;
        using var given = new CancellationTokenSource();

        Task hanging = host.Tool("test_hang").InvokeAsync([], given.Token).AsTask();
        string process = await host.TextAsync("test_process");
        await given.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(hanging);
        (await host.TextAsync("test_process")).ShouldBe(process);
    }

    [Fact(Timeout = 60_000)]
    public async Task Five_megabytes_come_through()
    {
        McpTestHost host = server.Host;

        (await host.TextAsync("test_large")).Length.ShouldBe(5 * 1024 * 1024);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_gets_the_variables_that_it_is_given_and_none_that_are_secret()
    {
        McpTestHost host = server.Host;

        (await host.TextAsync("test_variable", ("name", "GIVEN"))).ShouldBe("this");
        (await host.TextAsync("test_variable", ("name", "GANGLION_TEST_SECRET"))).ShouldBe("none");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_server_writes_to_its_standard_error_is_logged_for_who_looks_for_it()
    {
        await McpTestHost.WhenAsync(() => server.LogLines.Contains("Debug: test: ready"));
    }
}
