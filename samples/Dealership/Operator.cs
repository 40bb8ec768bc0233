using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Routes;

namespace Dealership;

/// <summary>
/// Who is responsible for the chat: stops it, changes its routes, decides about answers. Every act has its own reason, by which it is found on the log: what
/// was done in an earlier run is not done again.
/// </summary>
internal sealed class Operator(string name, Pauses pauses, RouteTable routes, ApprovalQueues approvals, Timeline timeline, CancellationToken closing)
{
    public Task PauseAsync(PauseTarget target, string reason) =>
        ActAsync(reason, async () => await pauses.PauseAsync(target, name, reason, cancellationToken: closing));

    public Task ResumeAsync(PauseTarget target, string reason) =>
        ActAsync(reason, async () => await pauses.ResumeAsync(target, name, reason, cancellationToken: closing));

    public Task InsertAsync(string channel, Stage stage, string reason) => ActAsync(
        reason, async () => await routes.ChangeAsync((await routes.FindAsync(channel, closing)).Insert(stage), name, reason, closing));

    public Task RemoveAsync(string channel, string stage, string reason) => ActAsync(
        reason, async () => await routes.ChangeAsync((await routes.FindAsync(channel, closing)).Remove(stage), name, reason, closing));

    public Task ApproveAsync(string conversation, string reason) => DecideAsync(ApprovalAction.Approve, conversation, reason);

    public Task RejectAsync(string conversation, string reason) => DecideAsync(ApprovalAction.Reject, conversation, reason);

    public Task EditAsync(string conversation, string message, string reason) => DecideAsync(
        ApprovalAction.Edit, conversation, reason, JsonSerializer.SerializeToElement(new { message }));

    private Task DecideAsync(ApprovalAction action, string conversation, string reason, JsonElement? data = null) => ActAsync(reason, async () =>
    {
        foreach (ApprovalItem item in (await approvals.ListAsync(cancellationToken: closing)).Items)
        {
            if ((await approvals.FindAsync(item.Id, closing))?.Event.CorrelationId == conversation)
            {
                await DecideAsync(new ApprovalCommand(item.Id, action) { By = name, Version = item.Version, Reason = reason, Data = data });
            }
        }
    });

    private async Task DecideAsync(ApprovalCommand command)
    {
        try
        {
            await approvals.ActAsync(command, closing);
        }
        catch (ApprovalException exception) when (exception.Code == "approval-decided")
        {
            // A run that was killed had sent it, and it was carried out only now.
        }
    }

    private async Task ActAsync(string reason, Func<Task> act)
    {
        if (timeline.HasReason(reason))
        {
            return;
        }

        await act();
        while (!timeline.HasReason(reason))
        {
            await timeline.ShowNextAsync(closing);
        }
    }
}
