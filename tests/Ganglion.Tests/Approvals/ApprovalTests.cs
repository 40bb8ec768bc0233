using System.Text;
using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Approvals;

public sealed class ApprovalTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_approved_event_goes_on_as_it_was_with_its_key_and_who_has_approved_it()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        string id = await host.AskAndSeeAsync();

        ApprovalOutcome outcome = await host.ActAsync(id, ApprovalAction.Approve, "maria", reason: "fine");

        outcome.Status.ShouldBe(ApprovalStatus.Approved);
        (CloudEvent approved, Record record) = (await host.Agents.ReadRecordsAsync("pitches.approved", 1))[0];
        CloudEvent held = ApprovalTestHost.RequestOf().Event;
        approved.ShouldBe(held with
        {
            Extensions = new Dictionary<string, string>
            {
                ["approvalid"] = id, ["approvedby"] = "maria", ["approvalversion"] = "1", ["approvalstage"] = "approve",
            },
        });
        Encoding.UTF8.GetString(record.Key!.Value.Span).ShouldBe("lead-7");
        (await host.Agents.ReadAsync("sales.pitches.pending_approval", 1))[0].ShouldBe(held);
    }

    [Fact(Timeout = 60_000)]
    public async Task All_that_happens_to_an_approval_is_an_event_that_says_who_when_and_why()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        string id = await host.AskAndSeeAsync();

        await host.ActAsync(id, ApprovalAction.Claim, "maria");
        await host.ActAsync(id, ApprovalAction.Comment, "ben", reason: "is the price right?");
        await host.ActAsync(id, ApprovalAction.Edit, "maria", version: 2, reason: "no", data: new { text = "Buy now", price = 11 });

        (await host.ReadKindsAsync(5)).ShouldBe(["approval.requested", "approval.claimed", "approval.commented", "approval.edited", "approval.approved"]);
        ApprovalDetails found = (await host.Queues.FindAsync(id, AgentTestHost.Timeout))!;
        found.History.ShouldAllBe(one => one.Value.Approval == id && one.Value.At == host.Time.GetUtcNow());
        found.History.Select(one => one.Value.By).ShouldBe([null, "maria", "ben", "maria", "maria"]);
        found.History.Select(one => one.Value.Version).ShouldBe([1, 1, 2, 3, 3]);
        ApprovalDifference difference = found.History[3].Value.Difference!.ShouldHaveSingleItem();
        (difference.Op, difference.Path, difference.Old.ToString(), difference.Value.ToString()).ShouldBe(("replace", "/price", "12", "11"));
        CloudEvent approved = (await host.Agents.ReadAsync("pitches.approved", 1))[0];
        Encoding.UTF8.GetString(approved.Data!.Value.Span).ShouldBe("""{"text":"Buy now","price":11}""");
        approved.Extensions["approvaledits"].ShouldBe("1");
        CloudEvent told = (await host.Agents.ReadAsync(ApprovalQueues.Topic, 5))[4];
        (told.Subject, told.CorrelationId).ShouldBe((id, "conversation-1"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rejected_event_does_not_go_on_and_its_fallback_is_answered()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        string id = await host.AskAndSeeAsync();

        await host.ActAsync(id, ApprovalAction.Reject, "maria", reason: "rude");

        (CloudEvent answer, Record record) = (await host.Agents.ReadRecordsAsync("pitches.answers", 1))[0];
        (answer.Id, answer.CausationId, answer.CorrelationId).ShouldBe(("e-1-no", "e-1", "conversation-1"));
        Encoding.UTF8.GetString(record.Key!.Value.Span).ShouldBe("lead-7");
        (await host.Agents.Broker.Topics.FindAsync("pitches.approved", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_two_who_decide_at_once_exactly_one_does_and_the_other_is_told()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.AskAndSeeAsync(id: $"e-{i}")));

        foreach (string id in ids)
        {
            Task<ApprovalOutcome>[] both =
            [
                host.ActAsync(id, ApprovalAction.Approve, "maria"),
                host.ActAsync(id, ApprovalAction.Reject, "ben"),
            ];
            await Task.WhenAll(both).ContinueWith(_ => { }, TaskScheduler.Default);
            both.Count(one => one.IsCompletedSuccessfully).ShouldBe(1);
            both.Single(one => one.IsFaulted).Exception!.InnerException.ShouldBeOfType<ApprovalException>().Code.ShouldBe("approval-decided");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_approval_survives_the_process_with_its_claim_and_its_times()
    {
        await using ApprovalTestHost host = new(options => options.Queues["*"] = new() { DefaultAfter = TimeSpan.FromHours(1), DefaultAction = ApprovalDefault.Reject });
        await host.RunAsync();
        string id = await host.AskAndSeeAsync();
        await host.ActAsync(id, ApprovalAction.Claim, "maria");
        await host.Agents.KillAsync();

        await host.RunAsync();
        (await host.RefusalOfAsync(id, ApprovalAction.Approve, "ben")).ShouldBe("approval-claimed");
        await host.ActAsync(id, ApprovalAction.Release, "maria");
        await host.AdvanceAsync(TimeSpan.FromHours(1));

        (await host.WhenAsync(id, item => item.Status == ApprovalStatus.Rejected)).DecidedBy.ShouldBeNull();
        (await host.Agents.ReadAsync("pitches.answers", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_that_is_held_up_twice_is_asked_about_once()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        string id = await host.AskAndSeeAsync();
        await host.AskAsync();

        string other = await host.AskAndSeeAsync(id: "e-2");

        await host.ActAsync(id, ApprovalAction.Approve, "maria");
        await host.ActAsync(other, ApprovalAction.Approve, "maria");
        (await host.ReadKindsAsync(4)).Count(kind => kind == "approval.requested").ShouldBe(2);
        (await host.Agents.ReadAsync("pitches.approved", 2)).Select(one => one.Id).ShouldBe(["e-1", "e-2"], ignoreOrder: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_cannot_be_taken_up_is_parked_and_holds_up_no_other()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        await host.AskAsync(request => request with { ApprovedTopic = "not a topic" }, id: "broken");

        await host.AskAndSeeAsync(id: "e-2");

        (CloudEvent parked, Record record) = (await host.Agents.ReadRecordsAsync("ganglion.approvals.requests.dlq", 1))[0];
        parked.Type.ShouldBe("approval.requested");
        record.Header("__dlq.errors.message")!.ShouldContain("'not a topic' can be no topic");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_approval_that_there_is_not_is_refused_as_such()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();

        (await host.RefusalOfAsync("nothing", ApprovalAction.Approve, "maria")).ShouldBe("approval-not-found");
        (await host.RefusalOfAsync("no name", ApprovalAction.Approve, "maria")).ShouldBe("approval-not-found");
        (await host.Queues.FindAsync("nothing", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_hosts_share_the_work_and_what_one_decides_the_other_knows()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        ApprovalQueues first = host.Queues;
        await host.RunAsync();
        ApprovalQueues second = host.Queues;
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => host.AskAndSeeAsync(id: $"e-{i}")));

        ApprovalOutcome[][] outcomes = await Task.WhenAll(ids.Select(id => Task.WhenAll(TryAsync(first, id, "maria"), TryAsync(second, id, "ben"))));

        outcomes.ShouldAllBe(both => both.Count(one => one.Problem == null) == 1);
        (await first.ListAsync(cancellationToken: AgentTestHost.Timeout)).Items.ShouldBeEmpty();
        (await second.ListAsync(new() { Status = ApprovalStatus.Approved }, cancellationToken: AgentTestHost.Timeout)).Items.Count.ShouldBe(16);
        (await host.Agents.ReadAsync("pitches.approved", 16)).Select(one => one.Id).Distinct().Count().ShouldBe(16);

        static async Task<ApprovalOutcome> TryAsync(ApprovalQueues queues, string id, string by) => (await queues.ActAsync(
            [new ApprovalCommand(id, ApprovalAction.Approve) { By = by, Version = 1 }], AgentTestHost.Timeout))[0];
    }

    [Fact(Timeout = 60_000)]
    public async Task How_often_people_step_in_how_long_it_takes_and_what_they_say_is_measured()
    {
        using var measured = new Measurements("ganglion.approval.rule", "measured");
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        string first = await host.AskAndSeeAsync(request => request with { Rule = "measured" });
        string second = await host.AskAndSeeAsync(request => request with { Rule = "measured" }, id: "e-2");
        host.Time.Advance(TimeSpan.FromSeconds(30));

        await host.ActAsync(first, ApprovalAction.Edit, "maria", data: new { text = "Buy later", price = 12 });
        await host.ActAsync(second, ApprovalAction.Escalate, "maria", to: "board.queries");
        await host.ActAsync(second, ApprovalAction.Reject, "maria");

        measured.Of("ganglion.approvals.requested").Sum(one => one.Value).ShouldBe(2);
        measured.Of("ganglion.approvals.escalated").Sum(one => one.Value).ShouldBe(1);
        measured.Of("ganglion.approvals.decided").Select(one => (one.Tags["ganglion.approval.decision"], one.Tags["ganglion.approval.by"], one.Tags["ganglion.agent"]))
            .ShouldBe([("edited", "person", "writer"), ("rejected", "person", "writer")]);
        measured.Of("ganglion.approvals.duration").Select(one => one.Value).ShouldBe([30, 30]);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_everything_is_paused_people_decide_nevertheless()
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        string id = await host.AskAndSeeAsync();
        Pauses pauses = host.Agents.Host.Services.GetRequiredService<Pauses>();
        await pauses.PauseAsync(PauseTarget.Everything, cancellationToken: AgentTestHost.Timeout);

        (await host.ActAsync(id, ApprovalAction.Approve, "maria")).Status.ShouldBe(ApprovalStatus.Approved);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("not a command")]
    [InlineData(null)]
    public async Task What_is_no_command_is_refused_at_once_and_holds_up_nothing(string? command)
    {
        await using ApprovalTestHost host = await ApprovalTestHost.StartAsync();
        string id = await host.AskAndSeeAsync();
        IAgentRuntime runtime = host.Agents.Host.Services.GetRequiredService<IAgentRuntime>();

        RequestFailedException refused = await Should.ThrowAsync<RequestFailedException>(runtime.SendMessageAsync(
            command is null ? new object() : command, new AgentId(new AgentType(ApprovalAgent.Name), id), ApprovalAgent.Act, cancellationToken: AgentTestHost.Timeout).AsTask());

        refused.Reason.ShouldBe("approval-command-malformed");
        (await host.ActAsync(id, ApprovalAction.Approve, "maria")).Status.ShouldBe(ApprovalStatus.Approved);
    }
}
