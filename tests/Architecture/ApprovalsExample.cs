using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Record = Ganglion.Events.Record;

namespace Architecture;

/// <summary>The code of docs/approvals.md, compiled.</summary>
internal static class ApprovalsExample
{
    public const string Path = "tests/Architecture/ApprovalsExample.cs";

    public static void Add(IHostApplicationBuilder builder) =>
        builder.AddGanglion(ganglion => ganglion.AddApprovals());

    public static async Task ApproveAsync(ApprovalQueues queues, CancellationToken cancellationToken)
    {
        ApprovalPage page = await queues.ListAsync(new ApprovalFilter { Queue = "finance.queries" }, cancellationToken: cancellationToken);
        ApprovalItem item = page.Items[0];
        await queues.ActAsync(
            new ApprovalCommand(item.Id, ApprovalAction.Approve) { By = "maria", Version = item.Version, Reason = "as agreed" }, cancellationToken);
    }

    public static async Task PlanAsync(AgentContext context)
    {
        ApprovalDecision<Plan> decision = await context.AskForApprovalAsync(
            new ApprovalQuestion("plans", "plan.proposed") { Reason = "it spends money" }, new Plan(["look", "write"]));
        context.Publish(decision.IsApproved ? "plans.accepted" : "plans.refused", decision.Data);
    }

    public static ApprovalNeed? Find(ApprovalOptions options, CloudEvent cloudEvent, IReadOnlyDictionary<string, double> scores) =>
        new ApprovalRules(options.Rules).Find(cloudEvent, "agent.responses", scores);

    public static IReadOnlyList<ProducerRecord> Hold(ApprovalNeed need, CloudEvent held, Record record, TimeProvider timeProvider) =>
        ApprovalRequests.Create(
            new ApprovalRequest
            {
                Id = ApprovalRequests.IdOf(held, stage: "approve"),
                Queue = need.Queue,
                Event = held,
                Key = record.Key,
                ApprovedTopic = "agent.responses.approved",
                Rule = need.Rule,
                Reason = need.Reason,
            },
            source: "/routers/agent.responses",
            timeProvider,
            record);

    public sealed record Plan(string[] Tasks);
}
