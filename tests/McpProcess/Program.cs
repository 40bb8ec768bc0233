using Ganglion.Agents;
using Ganglion.Mcp;
using McpProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Server;

// A server of the Model Context Protocol over standard input and output: one with tools of all kinds (tools), one that writes nonsense among its messages (garbage), one that never answers (mute), one that
// ends at once (gone), and a host that offers its agents (agents).
switch (args[0])
{
    case "mute":
        await Console.In.ReadToEndAsync();
        return;
    case "gone":
        Console.Error.WriteLine("cannot start");
        Environment.Exit(3);
        return;
    case "agents":
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion
            .UseVolatileBroker()
            .AddAgent("greeter", agent => agent.Describe(description: "Greets people.").OnRequest("greet", (Greeting greeting, AgentContext _) => $"Hello, {greeting.Name}."))
            .AddMcpServer(server => server.OfferAgent<Greeting>("greeter", "greet")));
        Console.WriteLine("This is not for the client.");
        await builder.Build().RunAsync();
        return;
}

if (args[0] == "garbage")
{
    Console.WriteLine("Welcome to the best of all servers!");
    Console.WriteLine("{\"jsonrpc\":");
    Console.WriteLine("[1,2,3]");
    Console.WriteLine("{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}");
}

Console.Error.WriteLine("ready");
var options = new McpServerOptions { ToolCollection = [] };
TestTools.AddTo(options.ToolCollection);
await using McpServer server = McpServer.Create(new StdioServerTransport("test", NullLoggerFactory.Instance), options);
await server.RunAsync();
