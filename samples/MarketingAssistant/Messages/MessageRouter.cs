using Ganglion.Agents;
using MarketingAssistant.Leads;

namespace MarketingAssistant.Messages;

/// <summary>Sends what was approved on its three ways: all of them or none, in one commit.</summary>
[Agent("message-router")]
public sealed class MessageRouter : Agent
{
    [On(Channels.Approved, Key = "lead_id")]
    public void Send(Message message, AgentContext context)
    {
        Lead lead = message.Lead;
        context.Publish(
            Channels.Sales, new SalesNotice(lead.LeadId, $"{lead.Name} of {lead.Company} wants {lead.Quantity} × {lead.Product}. Call tomorrow!", message.Value));
        context.Publish(Channels.Email, new EmailOrder(lead.LeadId, lead.Email, lead.Name, message.Subject, message.Text));
        context.Publish(
            Channels.Crm,
            new CrmEntry(lead.LeadId, lead.Name, lead.Company, lead.Email, lead.Product, lead.Quantity, message.Value, Stage: "contacted"));
    }
}
