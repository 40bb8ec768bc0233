using Ganglion.Agents;
using MarketingAssistant.Pitches;

namespace MarketingAssistant.Messages;

/// <summary>Makes one message of a pitch and of what the warehouse says, whichever comes first.</summary>
[Agent("message-combiner")]
public sealed class MessageCombiner : Agent
{
    [On(Channels.Analyzed, Key = "lead_id")]
    public void Take(PitchAnalyzed analyzed, AgentContext context) => Combine(Recall(context) with { Analyzed = analyzed }, context);

    [On(Channels.Availability, Key = "lead_id")]
    public void Take(AvailabilityChecked availability, AgentContext context) => Combine(Recall(context) with { Availability = availability }, context);

    private static Parts Recall(AgentContext context) => context.GetState<Parts>() ?? new Parts();

    private static void Combine(Parts parts, AgentContext context)
    {
        if (parts is { Analyzed: { } analyzed, Availability: { } availability })
        {
            context.ClearState();
            Pitch pitch = analyzed.Pitch;
            string text = $"{pitch.Text}\n\n{SentenceOf(availability, pitch.Lead.Quantity)}";
            context.Publish(Channels.Ready, new Message(pitch.LeadId, pitch.Lead, pitch.Subject, text, analyzed.Kpi.Value));
        }
        else
        {
            context.SetState(parts);
        }
    }

    private static string SentenceOf(AvailabilityChecked found, int wanted) => found.InStock >= wanted
        ? $"All {wanted} are in stock and can be with you in {found.DaysToDelivery} days."
        : $"Of the {wanted} you want {found.InStock} are in stock; the others take {found.DaysToDelivery} days.";

    /// <summary>What has come of a message.</summary>
    internal sealed record Parts(PitchAnalyzed? Analyzed = null, AvailabilityChecked? Availability = null);
}
