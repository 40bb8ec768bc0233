using Ganglion.Agents;
using MarketingAssistant.Messages;

namespace MarketingAssistant.Sinks;

/// <summary>Tells sales of a lead, by a webhook.</summary>
[Agent("sales-sink")]
public sealed class SalesSink(Webhook webhook) : Agent
{
    [On(Channels.Sales, Key = "lead_id")]
    public async Task NotifyAsync(SalesNotice notice, AgentContext context)
    {
        string receipt = await context.RunAsync(
            "post", async effect =>
            {
                await webhook.PostAsync(context.Event, effect.IdempotencyKey, effect.CancellationToken);
                return effect.IdempotencyKey;
            });
        context.Publish(Channels.Delivered, new Delivered(notice.LeadId, Channels.Sales, receipt));
    }
}
