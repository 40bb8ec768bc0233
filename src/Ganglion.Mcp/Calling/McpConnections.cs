using System.Text.Json;
using Ganglion.Configuring;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Mcp.Calling;

/// <summary>Connects with all servers before any agent starts, and ends that after the last has stopped.</summary>
internal sealed class McpConnections(McpToolCatalog catalog) : IHostedLifecycleService
{
    private const string Section = "Ganglion:Mcp";

    public Task StartingAsync(CancellationToken cancellationToken) => Task.WhenAll(catalog.Connections.Select(connection => connection.StartAsync(cancellationToken)));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => catalog.DisposeAsync().AsTask();

    /// <summary>Makes the connections of what code and configuration say.</summary>
    /// <exception cref="McpToolsException">Anything is wrong; the message has all of it.</exception>
    public static McpToolCatalog Create(IServiceProvider services)
    {
        var servers = new Dictionary<string, McpToolsOptions>(StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (McpToolsRegistration registration in services.GetServices<McpToolsRegistration>())
        {
            registration.Configure?.Invoke(servers.TryGetValue(registration.Name, out McpToolsOptions? known) ? known : servers[registration.Name] = new McpToolsOptions());
            servers.TryAdd(registration.Name, new McpToolsOptions());
        }

        foreach (IConfigurationSection section in services.GetService<IConfiguration>()?.GetSection(Section).GetChildren() ?? [])
        {
            McpToolsOptions options = servers.TryGetValue(section.Key, out McpToolsOptions? known) ? known : servers[section.Key] = new McpToolsOptions();
            JsonElement settings = SettingsSection.Read(section);
            options.Read(new SettingsReader(section.Path, settings, faults));
        }

        foreach ((string name, McpToolsOptions options) in servers)
        {
            if (!McpNames.IsServer(name))
            {
                faults.Add($"{Section}:{name}: a server is called by 1 to {McpNames.LongestServer} of the characters a-z A-Z 0-9 -.");
            }

            options.Validate($"{Section}:{name}", faults);
        }

        ILoggerFactory loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        return faults.Count > 0
            ? throw new McpToolsException("mcp-options-invalid", $"Servers of tools are not set up as they must be:{string.Concat(faults.Select(fault => $"\n- {fault}"))}")
            : new McpToolCatalog(servers.Select(server => new McpConnection(server.Key, server.Value, services.GetRequiredService<TimeProvider>(), loggers)));
    }
}
