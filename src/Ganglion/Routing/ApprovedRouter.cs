using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>Lets events that a person has approved go on, behind the stage that had held them up.</summary>
/// <param name="route">The route, of whatever version.</param>
/// <param name="table">The routes.</param>
/// <param name="pass">Lets them pass.</param>
internal sealed class ApprovedRouter(Route route, RouteTable table, StagePass pass)
    : Handler(new HandlerTraits(route.Approved) { StaysInPartition = true }, mayWait: false)
{
    public override ValueTask InvokeAsync(object? agent, AgentContext context) =>
        context.Event.Extensions.TryGetValue(ApprovalRequests.StageAttribute, out string? stage)
            ? pass.RunAsync(table.HistoryOf(route.Channel).Newest!, context, after: stage)
            : throw new UnprocessableEventException(
                "approval-stage-unknown",
                $"The event does not say which stage of the route of '{route.Channel}' has held it up, in '{ApprovalRequests.StageAttribute}': events come to '{route.Approved}' when they are approved, and nobody else is to publish there.");
}
