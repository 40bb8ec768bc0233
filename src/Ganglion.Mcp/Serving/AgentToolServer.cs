using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Mcp.Calling;
using Ganglion.Registry;
using Ganglion.Tools;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Ganglion.Mcp.Serving;

/// <summary>Speaks the Model Context Protocol with a client, and asks agents what it calls.</summary>
internal sealed partial class AgentToolServer(McpServerSetup setup, IAgentRuntime runtime, IServiceProvider services, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<AgentToolServer>();

    /// <summary>Serves until the client has gone, or the token is cancelled.</summary>
    public async Task RunAsync(ITransport transport, CancellationToken cancellationToken)
    {
        var options = new McpServerOptions
        {
            ServerInfo = new Implementation { Name = setup.Name, Version = typeof(AgentToolServer).Assembly.GetName().Version!.ToString(3) },
            ServerInstructions = setup.Instructions,
            Capabilities = new ServerCapabilities { Tools = new ToolsCapability() },
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = async (_, given) => new ListToolsResult { Tools = [.. (await ListAsync(given).ConfigureAwait(false)).Select(Describe)] },
                CallToolHandler = async (request, given) => await CallAsync(request.Params!, given).ConfigureAwait(false),
            },
        };
        McpServer server = McpServer.Create(transport, options, loggers, services);
        await using var own = server.ConfigureAwait(false);
        await server.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Tool Describe(OfferedTool tool) => new() { Name = tool.Name, Description = tool.Description, InputSchema = tool.Offer.Schema };

    // Agents come and go: what is offered is what is there now. Of two that would be called alike, the first counts.
    private async Task<IReadOnlyList<OfferedTool>> ListAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<AgentMetadata> agents = await runtime.ListAgentsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        IEnumerable<OfferedTool> offered =
            from offer in setup.Offers
            from agent in agents.DistinctBy(agent => agent.Type)
            where offer.Agent is { } wanted ? agent.Type == wanted : agent.Capabilities.Contains(offer.Capability) && agent.Handles.Contains(offer.Request)
            select new OfferedTool(McpNames.Of(agent.Type.Name, offer.Request), offer.Description ?? agent.Description, agent.Type, offer);
        return [.. offered.DistinctBy(tool => tool.Name)];
    }

    private async Task<CallToolResult> CallAsync(CallToolRequestParams call, CancellationToken cancellationToken)
    {
        IReadOnlyList<OfferedTool> tools = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (tools.FirstOrDefault(tool => tool.Name == call.Name) is not { } tool)
        {
            return Fail($"There is no tool '{call.Name}', or nobody hosts its agent. There are: {string.Join(", ", tools.Select(tool => tool.Name))}.");
        }

        JsonElement arguments = JsonSerializer.SerializeToElement(call.Arguments ?? new Dictionary<string, JsonElement>());
        var faults = new List<string>();
        ToolArguments.Check(tool.Offer.Schema, JsonSerializer.SerializeToUtf8Bytes(arguments), faults);
        string? key = tool.Offer.Key is not { } property ? Guid.CreateVersion7().ToString("n")
            : arguments.TryGetProperty(property, out JsonElement value) && value.ToString() is { Length: > 0 } text ? text
            : null;
        if (key is null && faults.Count == 0)
        {
            faults.Add($"'{tool.Offer.Key}' is missing");
        }

        if (faults.Count > 0)
        {
            return Fail($"The arguments do not fit: {string.Join("; ", faults)}.");
        }

        try
        {
            CloudEvent? reply = await runtime.SendMessageAsync<CloudEvent>(
                arguments, new AgentId(tool.Agent, key!), tool.Offer.Request, setup.Timeout, cancellationToken).ConfigureAwait(false);
            return Answer(reply);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception, tool.Name);
            return Fail(exception is GanglionException or ArgumentException ? exception.Message : "The agent could not be asked.");
        }
    }

    private static CallToolResult Answer(CloudEvent? reply)
    {
        string text = reply?.Data is { } data ? Encoding.UTF8.GetString(data.Span) : "";
        if (reply is null || text.Length == 0 || !MediaType.IsJson(reply.DataContentType))
        {
            return new CallToolResult { Content = [new TextContentBlock { Text = text }] };
        }

        JsonElement json = JsonElement.Parse(text);
        return json.ValueKind switch
        {
            JsonValueKind.String => new CallToolResult { Content = [new TextContentBlock { Text = json.GetString()! }] },
            JsonValueKind.Object => new CallToolResult { Content = [new TextContentBlock { Text = text }], StructuredContent = json },
            _ => new CallToolResult { Content = [new TextContentBlock { Text = text }] },
        };
    }

    private static CallToolResult Fail(string text) => new() { IsError = true, Content = [new TextContentBlock { Text = text }] };

    [LoggerMessage(280, LogLevel.Warning, "The tool {Tool} that a client has called has failed. The client is told.")]
    private partial void LogFailed(Exception exception, string tool);
}
