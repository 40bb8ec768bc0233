using Ganglion.Agents;
using MarketingAssistant.Leads;

namespace MarketingAssistant.Pitches;

/// <summary>Asks the warehouse whether there is what the pitch is for.</summary>
[Agent("availability-check")]
public sealed class AvailabilityCheck(Warehouse warehouse) : Agent
{
    [On(Channels.Analyzed, Key = "lead_id")]
    public async Task CheckAsync(PitchAnalyzed analyzed, AgentContext context)
    {
        Lead lead = analyzed.Pitch.Lead;
        Stock stock = await context.RunAsync("look up", effect => warehouse.FindAsync(lead.Product, effect.CancellationToken));
        context.Publish(Channels.Availability, new AvailabilityChecked(lead.LeadId, lead.Product, stock.Count, stock.DaysToDelivery));
    }
}
