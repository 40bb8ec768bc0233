using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Mcp.Calling;
using Ganglion.Mcp.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Mcp;

/// <summary>Adds what the Model Context Protocol brings: tools of servers, and agents as tools of a server.</summary>
public static class GanglionBuilderMcpExtensions
{
    /// <summary>
    /// Lets agents call the tools of a server: <see cref="McpToolCatalog"/> has them. The host connects before its agents start, waits for that for <see cref="McpToolsOptions.ConnectTimeout"/> at most, and
    /// connects again whenever the connection ends.
    /// </summary>
    /// <param name="builder">What is being built.</param>
    /// <param name="name">What the server is called, 1 to 30 of the characters a-z A-Z 0-9 -: its tools are called <c>NAME_TOOL</c>.</param>
    /// <param name="configure">Says what it is. The configuration comes after: <c>Ganglion:Mcp:NAME:Command</c>.</param>
    /// <remarks>If anything is wrong with the options, the host does not start: <see cref="McpToolsException"/>.</remarks>
    public static GanglionBuilder AddMcpTools(this GanglionBuilder builder, string name, Action<McpToolsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.AddSingleton(new McpToolsRegistration(name, configure));
        builder.Services.TryAddSingleton(McpConnections.Create);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, McpConnections>());
        return builder;
    }

    /// <summary>
    /// Lets this process be a server of the Model Context Protocol, over its standard input and output: a client that starts it gets requests to agents as tools. The agents may run here or in any other
    /// process on the broker. Once the client has gone, the host stops.
    /// </summary>
    /// <remarks>
    /// Standard output is the client's: what others write there goes to standard error, and so must the console's log (<c>LogToStandardErrorThreshold</c>). If anything is wrong with what is offered, the
    /// host does not start: <see cref="McpToolsException"/>.
    /// </remarks>
    /// <param name="builder">What is being built.</param>
    /// <param name="configure">Says what is offered.</param>
    public static GanglionBuilder AddMcpServer(this GanglionBuilder builder, Action<McpServerSetup> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton(configure);
        builder.Services.TryAddSingleton(SetUp);
        builder.Services.TryAddSingleton<AgentToolServer>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StandardStreams>());
        return builder;
    }

    internal static McpServerSetup SetUp(IServiceProvider services)
    {
        var setup = new McpServerSetup();
        foreach (Action<McpServerSetup> configure in services.GetServices<Action<McpServerSetup>>())
        {
            configure(setup);
        }

        var data = new EventDataOptions();
        foreach (Action<EventDataOptions> change in services.GetServices<Action<EventDataOptions>>())
        {
            change(data);
        }

        var faults = new List<string>();
        setup.Validate(faults);
        setup.Describe(data.Json, faults);
        return faults.Count == 0 ? setup : throw new McpToolsException(
            "mcp-options-invalid", $"What agents offer is not set up as it must be:{string.Concat(faults.Select(fault => $"\n- {fault}"))}");
    }
}
