using System.IO.Pipelines;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Mcp.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Ganglion.Mcp.Tests;

/// <summary>Agents, seen as tools by a client of the protocol.</summary>
public sealed class McpServerTests
{
    [Fact(Timeout = 60_000)]
    public async Task Requests_that_are_offered_are_tools_with_the_descriptions_of_their_agents()
    {
        await using var served = await Served.StartAsync(server => server
            .OfferAgent<Order>("shop", "order", key: "customer")
            .OfferCapability<Order>("price", "quote", "Tells a price.")
            .OfferAgent<Order>("nobody", "order"));

        IList<McpClientTool> tools = await served.Client.ListToolsAsync(cancellationToken: McpTestHost.Timeout);

        tools.Select(tool => $"{tool.Name}: {tool.Description}").ShouldBe(["shop_order: Sells things.", "shop_quote: Tells a price.", "baker_quote: Tells a price."], ignoreOrder: true);
        tools[0].JsonSchema.GetProperty("properties").EnumerateObject().Select(property => property.Name).ShouldBe(["customer", "item", "count"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_asks_the_instance_that_the_arguments_name_and_returns_its_reply()
    {
        await using var served = await Served.StartAsync(server => server.OfferAgent<Order>("shop", "order", key: "customer"));

        CallToolResult result = await served.CallAsync("shop_order", new { customer = "ann", item = "bread", count = 2 });

        result.IsError.ShouldNotBe(true);
        result.StructuredContent!.Value.GetProperty("by").GetString().ShouldBe("ann");
        result.Content.OfType<TextContentBlock>().Single().Text.ShouldBe("""{"by":"ann","text":"2 bread"}""");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("shop_order", """{"customer":"ann","item":"bread","count":"many"}""", "'count' is a string and must be integer")]
    [InlineData("shop_order", """{"customer":"ann"}""", "'item' is missing")]
    [InlineData("shop_order", """{"customer":"","item":"bread","count":1}""", "'customer' is missing")]
    [InlineData("shop_order", """{"customer":"ann","item":"dragon","count":1}""", "We have no dragon.")]
    [InlineData("shop_close", "{}", "There is no tool 'shop_close'")]
    public async Task What_goes_wrong_is_told_to_the_client(string tool, string arguments, string fault)
    {
        await using var served = await Served.StartAsync(server => server.OfferAgent<Order>("shop", "order", key: "customer"));

        CallToolResult result = await served.CallAsync(tool, JsonSerializer.Deserialize<JsonElement>(arguments));

        result.IsError.ShouldBe(true);
        result.Content.OfType<TextContentBlock>().Single().Text.ShouldContain(fault);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_starts_a_host_finds_its_agents_and_the_host_ends_with_it()
    {
        await using McpTestHost host = await McpTestHost.StartAsync("agents");

        (await host.TextAsync("test_greeter_greet", ("name", "Ann"))).ShouldBe("Hello, Ann.");
    }

    [Fact]
    public void What_cannot_be_offered_is_told_all_at_once()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddSingleton<Action<McpServerSetup>>(server => server.OfferAgent<string>("shop", "say").OfferAgent<Order>("shop", "order", key: "who").Timeout = TimeSpan.Zero)
            .BuildServiceProvider();

        string message = Should.Throw<McpToolsException>(() => GanglionBuilderMcpExtensions.SetUp(services)).Message;

        message.ShouldContain("'say' takes String, which has no properties");
        message.ShouldContain("Order has no property 'who'");
        message.ShouldContain("Timeout is 00:00:00");
    }

    private sealed record Order(string Customer, string Item, int Count);

    private sealed record Receipt(string By, string Text);

    /// <summary>A host with agents, and a client that is connected with it by a pipe each way.</summary>
    private sealed class Served(IHost host, McpClient client, Task serving, CancellationTokenSource end) : IAsyncDisposable
    {
        public McpClient Client => client;

        public static async Task<Served> StartAsync(Action<McpServerSetup> configure)
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddSingleton(configure).AddSingleton(GanglionBuilderMcpExtensions.SetUp).AddSingleton<AgentToolServer>();
            builder.AddGanglion(ganglion => ganglion
                .UseVolatileBroker()
                .AddAgent(
                    "shop",
                    agent => agent.Describe(null, "Sells things.", "price")
                        .OnRequest("order", (Order order, AgentContext context) => order.Item == "dragon"
                            ? throw new UnprocessableEventException("no-such-item", "We have no dragon.")
                            : new Receipt(context.Self.Key, $"{order.Count} {order.Item}"))
                        .OnRequest("quote", (Order order, AgentContext _) => order.Count))
                .AddAgent("baker", agent => agent.Describe(null, "Bakes.", "price").OnRequest("quote", (Order order, AgentContext _) => order.Count)));
            IHost host = builder.Build();
            await host.StartAsync(McpTestHost.Timeout);
            var there = new Pipe();
            var back = new Pipe();
            var end = new CancellationTokenSource();
            Task serving = host.Services.GetRequiredService<AgentToolServer>().RunAsync(
                new StreamServerTransport(there.Reader.AsStream(), back.Writer.AsStream(), "test", NullLoggerFactory.Instance), end.Token);
            McpClient client = await McpClient.CreateAsync(
                new StreamClientTransport(there.Writer.AsStream(), back.Reader.AsStream(), NullLoggerFactory.Instance), cancellationToken: McpTestHost.Timeout);
            return new Served(host, client, serving, end);
        }

        public async Task<CallToolResult> CallAsync(string tool, object arguments) => await client.CallToolAsync(
            tool,
            JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(one => one.Name, one => (object?)one.Value),
            cancellationToken: McpTestHost.Timeout);

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await end.CancelAsync();
            await serving.ContinueWith(_ => { }, TaskScheduler.Default);
            await host.StopAsync(McpTestHost.Timeout);
            await ((IAsyncDisposable)host).DisposeAsync();
            end.Dispose();
        }
    }
}
