using Ganglion.Agents;

namespace Ganglion.Registry;

/// <summary>An agent that is hosted somewhere, as its hosts tell of it. Hosts of different versions tell of it separately.</summary>
/// <param name="Type">The agent.</param>
/// <param name="Version">Its version; <see langword="null"/> if it tells none.</param>
/// <param name="Description">What it does, for people and for models; <see langword="null"/> if it does not tell.</param>
/// <param name="Capabilities">What it can be found by.</param>
/// <param name="Handles">The channels, requests and types of messages that it handles.</param>
/// <param name="Hosts">The names of the processes that host it.</param>
public sealed record AgentMetadata(
    AgentType Type,
    string? Version,
    string? Description,
    IReadOnlyList<string> Capabilities,
    IReadOnlyList<string> Handles,
    IReadOnlyList<string> Hosts);
