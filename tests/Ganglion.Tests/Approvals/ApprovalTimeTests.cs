using Ganglion.Approvals;

namespace Ganglion.Tests.Approvals;

public sealed class ApprovalTimeTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_approval_that_nobody_decides_is_reminded_of_handed_over_and_decided_by_its_times()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync(options =>
        {
            options.Queues["sales.*"] = new ApprovalQueueOptions { RemindAfter = TimeSpan.FromHours(1), EscalateAfter = TimeSpan.FromHours(2), EscalateTo = "board.queries" };
            options.Queues["board.queries"] = new ApprovalQueueOptions { DefaultAfter = TimeSpan.FromHours(3), DefaultAction = ApprovalDefault.Approve };
        });
        string id = await host.AskAndSeeAsync();

        await host.AdvanceAsync(TimeSpan.FromHours(1));
        (await host.WhenAsync(id, item => item.IsOverdue)).Queue.ShouldBe("sales.pitches");
        await host.AdvanceAsync(TimeSpan.FromHours(1));
        await host.WhenAsync(id, item => item.Queue == "board.queries");
        await host.AdvanceAsync(TimeSpan.FromHours(3));
        await host.WhenAsync(id, item => item.Status == ApprovalStatus.Approved);

        (await host.ReadKindsAsync(5)).ShouldBe(["approval.requested", "approval.reminded", "approval.escalated", "approval.expired", "approval.approved"]);
        (await host.Agents.ReadAsync("pitches.approved", 1))[0].Extensions["approvedby"].ShouldBe("ganglion");
        (await host.Agents.ReadAsync("board.queries.pending_approval", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_claim_that_ends_is_released_and_a_decision_ends_all_times()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync(options =>
            options.Queues["*"] = new ApprovalQueueOptions { DefaultAfter = TimeSpan.FromHours(3), DefaultAction = ApprovalDefault.Reject });
        string id = await host.AskAndSeeAsync();
        await host.ActAsync(id, ApprovalAction.Claim, "maria");

        await host.AdvanceAsync(TimeSpan.FromMinutes(15));
        (await host.WhenAsync(id, item => item.Claim is null)).Status.ShouldBe(ApprovalStatus.Pending);
        await host.ActAsync(id, ApprovalAction.Approve, "ben");
        await host.AdvanceAsync(TimeSpan.FromHours(4));
        string other = await host.AskAndSeeAsync(id: "e-2");
        await host.ActAsync(other, ApprovalAction.Approve, "ben");

        (await host.ReadKindsAsync(6)).ShouldBe(
            ["approval.requested", "approval.claimed", "approval.released", "approval.approved", "approval.requested", "approval.approved"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_decided_long_ago_is_forgotten()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync(options => options.KeepDecided = TimeSpan.FromDays(2));
        string id = await host.AskAndSeeAsync();
        await host.ActAsync(id, ApprovalAction.Approve, "maria");
        (await host.RefusalOfAsync(id, ApprovalAction.Approve, "ben")).ShouldBe("approval-decided");

        await host.AdvanceAsync(TimeSpan.FromDays(2));

        while (await host.RefusalOfAsync(id, ApprovalAction.Approve, "ben") is "approval-decided")
        {
            host.Time.Advance(TimeSpan.Zero);
        }

        (await host.RefusalOfAsync(id, ApprovalAction.Approve, "ben")).ShouldBe("approval-not-found");
    }
}
