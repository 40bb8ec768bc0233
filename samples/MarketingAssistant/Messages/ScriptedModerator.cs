using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Events;

namespace MarketingAssistant.Messages;

/// <summary>Stands in for the person who decides: corrects discounts that nobody may give, rejects what cannot be delivered, approves the rest.</summary>
[Agent("scripted-moderator")]
internal sealed class ScriptedModerator(ApprovalQueues queues) : Agent
{
    private const string Name = "scripted-moderator";

    [On(ApprovalQueues.Topic)]
    public async Task ModerateAsync(CloudEvent told, AgentContext context)
    {
        if (told is { Type: ApprovalRequests.Requested, Subject: { } approval })
        {
            await context.RunAsync("decide", effect => DecideAsync(approval, effect.CancellationToken));
        }
    }

    // Done again after a crash, it finds what it has done before.
    private async Task DecideAsync(string approval, CancellationToken cancellationToken)
    {
        if (await queues.FindAsync(approval, cancellationToken) is not { Item: { Status: ApprovalStatus.Pending } item } asked)
        {
            return;
        }

        ApprovalCommand decision = Decide(asked.Event) with { Id = approval, Version = item.Version };
        try
        {
            await queues.ActAsync(decision, cancellationToken);
        }
        catch (ApprovalException exception) when (exception.Code == "approval-decided")
        {
            // A person was faster.
        }
    }

    private static ApprovalCommand Decide(CloudEvent held)
    {
        JsonNode message = JsonNode.Parse(held.Data!.Value.Span)!;
        string text = (string)message["text"]!;
        if (text.Contains(" 0 are in stock", StringComparison.Ordinal))
        {
            return Because("sold out: sales calls instead", ApprovalAction.Reject);
        }

        if (text.Contains("30 %", StringComparison.Ordinal))
        {
            message["text"] = text.Replace("30 %", "10 %", StringComparison.Ordinal);
            return Because("nobody may give more than 10 %", ApprovalAction.Edit) with { Data = JsonElement.Parse(message.ToJsonString()) };
        }

        return Because("fine", ApprovalAction.Approve);
    }

    private static ApprovalCommand Because(string reason, ApprovalAction action) => new("", action) { By = Name, Reason = reason };
}
