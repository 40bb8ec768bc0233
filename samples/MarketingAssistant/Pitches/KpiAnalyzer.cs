using Ganglion.Agents;
using MarketingAssistant.Leads;

namespace MarketingAssistant.Pitches;

/// <summary>Adds to each pitch what marketing wants to know about it.</summary>
[Agent("kpi-analyzer")]
public sealed class KpiAnalyzer : Agent
{
    [On(Channels.Compliant, Key = "lead_id")]
    public void Analyze(Pitch pitch, AgentContext context)
    {
        Lead lead = pitch.Lead;
        var kpi = new Kpi(
            Words: pitch.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
            IsPersonal: pitch.Text.Contains(lead.Name, StringComparison.Ordinal) && pitch.Text.Contains(lead.Company, StringComparison.Ordinal),
            Value: lead.Quantity * PriceList.Find(lead.Product) ?? 0);
        context.Publish(Channels.Analyzed, new PitchAnalyzed(pitch.LeadId, pitch, kpi));
    }
}
