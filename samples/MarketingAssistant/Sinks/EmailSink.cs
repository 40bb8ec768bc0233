using Ganglion.Agents;
using MarketingAssistant.Messages;

namespace MarketingAssistant.Sinks;

/// <summary>Puts e-mails into the spool, from which a mail server would take them.</summary>
[Agent("email-sink")]
public sealed class EmailSink(EmailSpool spool) : Agent
{
    [On(Channels.Email, Key = "lead_id")]
    public async Task SendAsync(EmailOrder order, AgentContext context)
    {
        DateTimeOffset date = context.Event.Time ?? context.Now;
        string file = await context.RunAsync("send", effect => spool.PutAsync(order, date, effect.IdempotencyKey, effect.CancellationToken));
        context.Publish(Channels.Delivered, new Delivered(order.LeadId, Channels.Email, file));
    }
}
