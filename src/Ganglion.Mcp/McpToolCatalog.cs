using Ganglion.Mcp.Calling;
using Microsoft.Extensions.AI;

namespace Ganglion.Mcp;

/// <summary>The tools of the servers that were added by <c>AddMcpTools</c>: a service. Thread-safe.</summary>
public sealed class McpToolCatalog : IAsyncDisposable
{
    private readonly Dictionary<string, McpConnection> _connections;

    internal McpToolCatalog(IEnumerable<McpConnection> connections) => _connections = connections.ToDictionary(connection => connection.Name, StringComparer.Ordinal);

    /// <summary>The names of the servers.</summary>
    public IReadOnlyCollection<string> Servers => _connections.Keys;

    /// <summary>
    /// The tools of a server, each named <c>SERVER_TOOL</c>, as they were listed last: when it was connected to, or has said that they have changed. None if it was never reached. While the connection
    /// is lost they stay, and a call waits for it.
    /// </summary>
    /// <param name="server">The name that it was added by.</param>
    /// <exception cref="ArgumentException">No such server was added.</exception>
    public IReadOnlyList<AITool> ToolsOf(string server) => _connections.TryGetValue(server, out McpConnection? connection)
        ? connection.Tools
        : throw new ArgumentException(
            $"No server '{server}' was added: add it by AddMcpTools, or name one of {(_connections.Count == 0 ? "none" : string.Join(", ", _connections.Keys))}.", nameof(server));

    /// <summary>The tools of all servers.</summary>
    public IReadOnlyList<AITool> AllTools => [.. _connections.Values.SelectMany(connection => connection.Tools)];

    /// <summary>Whether a server can be called now.</summary>
    /// <param name="server">The name that it was added by.</param>
    public bool IsConnected(string server) => _connections.TryGetValue(server, out McpConnection? connection) && connection.IsConnected;

    /// <summary>Ends all connections. The host does it once its agents have stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (McpConnection connection in _connections.Values)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal IEnumerable<McpConnection> Connections => _connections.Values;
}
