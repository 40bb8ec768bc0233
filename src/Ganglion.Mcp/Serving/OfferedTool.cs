using Ganglion.Agents;

namespace Ganglion.Mcp.Serving;

/// <summary>A tool as it is listed.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Description">What it does.</param>
/// <param name="Agent">The agent that is asked.</param>
/// <param name="Offer">What is offered.</param>
internal sealed record OfferedTool(string Name, string? Description, AgentType Agent, AgentOffer Offer);
