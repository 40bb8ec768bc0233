using Ganglion.Agents;
using MarketingAssistant.Messages;

namespace MarketingAssistant.Sinks;

/// <summary>Writes how far a lead is into the CRM.</summary>
[Agent("crm-sink")]
public sealed class CrmSink(CrmFile crm) : Agent
{
    [On(Channels.Crm, Key = "lead_id")]
    public async Task SyncAsync(CrmEntry entry, AgentContext context)
    {
        await context.RunAsync("write", effect => crm.PutAsync(entry, effect.CancellationToken));
        context.Publish(Channels.Delivered, new Delivered(entry.LeadId, Channels.Crm, entry.LeadId));
    }
}
