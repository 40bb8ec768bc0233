using Ganglion.Agents;
using MarketingAssistant.Leads;

namespace MarketingAssistant.Pitches;

/// <summary>Lets the model write a pitch for each lead that the guards let pass.</summary>
[Agent("pitch-writer")]
public sealed class PitchWriter(PitchModel model) : Agent
{
    [On(Channels.Cleaned, Key = "lead_id")]
    public async Task WriteAsync(Lead lead, AgentContext context)
    {
        if (context.GetState<bool>())
        {
            throw new UnprocessableEventException($"There is a lead {lead.LeadId} already: nobody gets two messages for one form.");
        }

        PitchDraft draft = await context.RunAsync("write", effect => model.WriteAsync(lead, effect.CancellationToken));
        context.SetState(true);
        context.Publish(Channels.Generated, new Pitch(lead.LeadId, lead, draft.Subject, draft.Text, draft.Model));
    }
}
