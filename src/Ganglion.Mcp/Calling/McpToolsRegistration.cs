namespace Ganglion.Mcp.Calling;

/// <summary>A server as code has added it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Configure">Sets its options.</param>
internal sealed record McpToolsRegistration(string Name, Action<McpToolsOptions>? Configure);
