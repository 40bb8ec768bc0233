using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Mcp.Serving;

namespace Ganglion.Mcp;

/// <summary>What a server of the Model Context Protocol offers: requests to agents, each as a tool.</summary>
public sealed class McpServerSetup
{
    /// <summary>What the server is called. Default <c>ganglion</c>.</summary>
    public string Name { get; set; } = "ganglion";

    /// <summary>What the client tells its model of the server. Default: nothing.</summary>
    public string? Instructions { get; set; }

    /// <summary>How long a client waits for an agent's reply; then the agent is told to give up. Default 100 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    internal List<AgentOffer> Offers { get; } = [];

    /// <summary>Offers a request to an agent, as the tool <c>AGENT_REQUEST</c>. It is listed while some process hosts the agent.</summary>
    /// <typeparam name="TData">The data of the request: a type with properties, which are the tool's arguments.</typeparam>
    /// <param name="agent">The agent.</param>
    /// <param name="request">What the request is called.</param>
    /// <param name="description">What it does, for the model. Default: what the agent says of itself (<see cref="AgentAttribute.Description"/>).</param>
    /// <param name="key">The property, as it is called in JSON, that says which instance is asked. Default: each call has an instance of its own.</param>
    /// <returns>This, for more.</returns>
    public McpServerSetup OfferAgent<TData>(string agent, string request, string? description = null, string? key = null)
        where TData : notnull
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        Offers.Add(new AgentOffer(typeof(TData), request) { Agent = new AgentType(agent), Description = description, Key = key });
        return this;
    }

    /// <summary>Offers a request to all agents with a capability that handle it, each as the tool <c>AGENT_REQUEST</c>, also to those that come later.</summary>
    /// <typeparam name="TData">The data of the request: a type with properties, which are the tool's arguments.</typeparam>
    /// <param name="capability">The capability.</param>
    /// <param name="request">What the request is called.</param>
    /// <param name="description">What it does, for the model. Default: what each agent says of itself.</param>
    /// <param name="key">The property, as it is called in JSON, that says which instance is asked. Default: each call has an instance of its own.</param>
    /// <returns>This, for more.</returns>
    public McpServerSetup OfferCapability<TData>(string capability, string request, string? description = null, string? key = null)
        where TData : notnull
    {
        ArgumentException.ThrowIfNullOrEmpty(capability);
        ArgumentException.ThrowIfNullOrEmpty(request);
        Offers.Add(new AgentOffer(typeof(TData), request) { Capability = capability, Description = description, Key = key });
        return this;
    }

    /// <summary>Adds to a list what is wrong.</summary>
    internal void Validate(List<string> faults)
    {
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromDays(1))
        {
            faults.Add($"{nameof(Timeout)} is {Timeout}: set a time of more than zero and at most one day.");
        }

        if (Offers.Count == 0)
        {
            faults.Add("Nothing is offered: call OfferAgent or OfferCapability.");
        }
    }

    /// <summary>Makes the schemas of what is offered.</summary>
    internal void Describe(JsonSerializerOptions json, List<string> faults)
    {
        foreach (AgentOffer offer in Offers)
        {
            offer.Describe(json, faults);
        }
    }
}
