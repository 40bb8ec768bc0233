namespace Ganglion.Registry;

/// <summary>An agent, as its host announces it.</summary>
internal sealed record HostedAgent(
    string Agent, IReadOnlyList<string> Capabilities, IReadOnlyList<string> Handles, string? Version = null, string? Description = null);
