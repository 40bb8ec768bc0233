using System.Text.Json;
using Ganglion.Agents;
using Microsoft.Extensions.AI;

namespace Ganglion.Mcp.Serving;

/// <summary>A request that is offered as a tool: to one agent, or to all with a capability.</summary>
/// <param name="Data">The type of its data.</param>
/// <param name="Request">What it is called.</param>
internal sealed record AgentOffer(Type Data, string Request)
{
    public AgentType? Agent { get; init; }

    public string? Capability { get; init; }

    public string? Description { get; init; }

    public string? Key { get; init; }

    /// <summary>What the arguments have to be.</summary>
    public JsonElement Schema { get; private set; }

    public void Describe(JsonSerializerOptions json, List<string> faults)
    {
        Schema = AIJsonUtilities.CreateJsonSchema(Data, serializerOptions: json);
        if (!Schema.TryGetProperty("properties", out JsonElement properties))
        {
            faults.Add($"The request '{Request}' takes {Data.Name}, which has no properties, so there are no names for the arguments: let it take a type with some.");
        }
        else if (Key is not null && !properties.TryGetProperty(Key, out _))
        {
            faults.Add($"{Data.Name} has no property '{Key}', which is to say which instance is asked: name one of {string.Join(", ", properties.EnumerateObject().Select(property => property.Name))}.");
        }
    }
}
