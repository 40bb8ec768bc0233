using System.Text;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Events;

namespace Ganglion.Tests.Approvals;

public sealed class ApprovalCaseTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventDataSerializer Data = new(new EventDataOptions());

    private readonly ApprovalOptions _options = new();
    private ApprovalState? _state;
    private DateTimeOffset _now = Noon;

    [Fact]
    public void A_decision_on_another_version_is_refused_and_one_on_none_too()
    {
        Begin();
        Act(ApprovalAction.Comment, "ben", reason: "why?").Version.ShouldBe(2);

        Act(ApprovalAction.Approve, "maria", version: 1).Code.ShouldBe("approval-version-stale");
        Act(ApprovalAction.Reject, "maria", version: 3).Code.ShouldBe("approval-version-stale");
        Act(ApprovalAction.Approve, "maria", version: null).Code.ShouldBe("approval-version-missing");
        Act(ApprovalAction.Approve, "maria", version: 2).Status.ShouldBe(ApprovalStatus.Approved);
    }

    [Fact]
    public void A_second_decision_is_refused_and_told_whose_the_first_was()
    {
        Begin();
        Act(ApprovalAction.Reject, "maria");

        ApprovalReply refused = Act(ApprovalAction.Approve, "ben");

        refused.Code.ShouldBe("approval-decided");
        refused.Message!.ShouldContain("was rejected by maria at 2026-11-21T12:00:00Z");
    }

    [Fact]
    public void A_claim_keeps_others_from_deciding_until_it_ends()
    {
        Begin();
        Act(ApprovalAction.Claim, "maria").ClaimedUntil.ShouldBe(Noon.AddMinutes(15));

        foreach (ApprovalAction action in (ApprovalAction[])[ApprovalAction.Claim, ApprovalAction.Release, ApprovalAction.Approve, ApprovalAction.Reject, ApprovalAction.Escalate])
        {
            ApprovalReply refused = Act(action, "ben");
            refused.Code.ShouldBe("approval-claimed");
            refused.Message!.ShouldContain("maria has claimed");
        }

        _now += TimeSpan.FromMinutes(15);
        Act(ApprovalAction.Approve, "ben").Status.ShouldBe(ApprovalStatus.Approved);
    }

    [Fact]
    public void A_claim_that_ends_during_editing_costs_nothing_unless_somebody_else_has_it_by_then()
    {
        Begin();
        Act(ApprovalAction.Claim, "maria");
        _now += TimeSpan.FromHours(1);
        Elapse(ApprovalDue.ClaimEnd).ShouldBe(["approval.released"]);
        Act(ApprovalAction.Claim, "ben");

        ApprovalReply refused = Act(ApprovalAction.Edit, "maria", data: """{"text":"Buy later","price":12}""");
        Act(ApprovalAction.Release, "ben");
        ApprovalReply edited = Act(ApprovalAction.Edit, "maria", data: """{"text":"Buy later","price":12}""");

        refused.Code.ShouldBe("approval-claimed");
        refused.Message!.ShouldContain("A claim of yours, if you had one, has ended.");
        edited.Status.ShouldBe(ApprovalStatus.Approved);
    }

    [Fact]
    public void What_two_have_to_approve_needs_two_people_and_the_same_version()
    {
        _options.Queues["sales.*"] = new ApprovalQueueOptions { FourEyes = ["pitch.generated"] };
        Begin();

        Act(ApprovalAction.Approve, "maria").NeedsAnother.ShouldBeTrue();
        Act(ApprovalAction.Approve, "maria").Code.ShouldBe("approval-same-person");
        Act(ApprovalAction.Edit, "ben", data: """{"text":"Buy now","price":11}""").NeedsAnother.ShouldBeTrue();
        Act(ApprovalAction.Approve, "ben", version: 2).Code.ShouldBe("approval-same-person");
        Act(ApprovalAction.Comment, "ines", reason: "fine by me").Version.ShouldBe(3);
        Act(ApprovalAction.Approve, "maria", version: 3).NeedsAnother.ShouldBeTrue();
        ApprovalCase last = Do(ApprovalAction.Approve, "ben", version: 3, out ApprovalReply reply);

        reply.Status.ShouldBe(ApprovalStatus.Approved);
        last.Entries[^1].Entry.Approvers.ShouldBe(["maria", "ben"]);
        CloudEvent approved = EventCodec.Decode(last.Sent.ShouldHaveSingleItem().Record, "t", 0, 0);
        approved.Extensions["approvedby"].ShouldBe("maria, ben");
        Encoding.UTF8.GetString(approved.Data!.Value.Span).ShouldBe("""{"text":"Buy now","price":11}""");
    }

    [Fact]
    public void One_persons_rejection_is_enough()
    {
        Begin(request => request with { FourEyes = true });
        Act(ApprovalAction.Approve, "maria");

        Act(ApprovalAction.Reject, "ben").Status.ShouldBe(ApprovalStatus.Rejected);
    }

    [Fact]
    public void Where_there_are_teams_only_their_members_decide_and_only_in_their_queues()
    {
        _options.Teams["sales"] = new ApprovalTeam { Members = ["maria"], Roles = ["seller"] };
        _options.Queues["sales.*"] = new ApprovalQueueOptions { Team = "sales" };
        Begin();

        Act(ApprovalAction.Claim, "eve").Code.ShouldBe("approval-forbidden");
        Act(ApprovalAction.Comment, "eve", reason: "let me in").Code.ShouldBe("approval-forbidden");
        Act(ApprovalAction.Claim, "eve", roles: ["seller"]).Code.ShouldBe("approval-forbidden");
        Act(ApprovalAction.Claim, "ben", roles: ["seller"], isAuthenticated: true).Code.ShouldBeNull();
        Act(ApprovalAction.Escalate, "ben", roles: ["seller"], isAuthenticated: true, to: "legal.queries").Code.ShouldBeNull();
        Act(ApprovalAction.Approve, "maria").Message!.ShouldContain("No team decides in 'legal.queries'");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" maria")]
    [InlineData("ma\u0001ria")]
    public void Who_gives_no_name_decides_nothing(string name)
    {
        Begin();

        Act(ApprovalAction.Approve, name).Code.ShouldBe("approval-forbidden");
    }

    [Fact]
    public void Where_somebody_has_to_vouch_for_people_a_name_is_not_enough()
    {
        _options.RequireAuthentication = true;
        Begin();

        Act(ApprovalAction.Approve, "maria").Code.ShouldBe("approval-forbidden");
        Act(ApprovalAction.Approve, "maria", isAuthenticated: true).Status.ShouldBe(ApprovalStatus.Approved);
    }

    [Fact]
    public void Times_remind_escalate_and_decide_one_after_the_other()
    {
        _options.Queues["sales.*"] = new ApprovalQueueOptions
        {
            RemindAfter = TimeSpan.FromHours(1), EscalateAfter = TimeSpan.FromHours(2), EscalateTo = "board.queries", DefaultAfter = TimeSpan.FromHours(9), DefaultAction = ApprovalDefault.Approve,
        };
        _options.Queues["board.queries"] = new ApprovalQueueOptions
        {
            EscalateAfter = TimeSpan.FromHours(2), EscalateTo = "sales.pitches", DefaultAfter = TimeSpan.FromHours(4), DefaultAction = ApprovalDefault.Reject,
        };
        ApprovalCase begun = Begin();
        begun.Timers.ShouldBe([("remind", TimeSpan.FromHours(1)), ("escalate", TimeSpan.FromHours(2)), ("default", TimeSpan.FromHours(9))]);

        Elapse(ApprovalDue.Reminder).ShouldBe(["approval.reminded"]);
        ApprovalCase escalated = ElapseCase(ApprovalDue.Escalation, stay: 1);
        escalated.Entries.ShouldHaveSingleItem().Entry.Queue.ShouldBe("board.queries");
        escalated.Sent.ShouldHaveSingleItem().Topic.ShouldBe("board.queries.pending_approval");
        escalated.Timers.ShouldBe([("remind", null), ("escalate", null), ("default", TimeSpan.FromHours(4))]);
        Elapse(ApprovalDue.Deadline, stay: 1).ShouldBeEmpty("what was set for the queue before means nothing");
        ApprovalCase expired = ElapseCase(ApprovalDue.Deadline, stay: 2);

        expired.Entries.Select(entry => (entry.Kind, entry.Entry.By)).ShouldBe([("approval.expired", null), ("approval.rejected", null)]);
        expired.Sent.ShouldHaveSingleItem().Topic.ShouldBe("pitches.answers");
        Act(ApprovalAction.Approve, "maria").Message!.ShouldContain("by the end of its time");
    }

    [Fact]
    public void Whoever_has_claimed_it_is_waited_for_when_its_time_is_over()
    {
        _options.Queues["*"] = new ApprovalQueueOptions { DefaultAfter = TimeSpan.FromMinutes(10), DefaultAction = ApprovalDefault.Reject };
        Begin();
        Act(ApprovalAction.Claim, "maria");
        _now += TimeSpan.FromMinutes(10);

        ApprovalCase put = ElapseCase(ApprovalDue.Deadline, stay: 1);

        put.Entries.ShouldBeEmpty();
        put.Timers.ShouldBe([("default", TimeSpan.FromMinutes(5))]);
        _now += TimeSpan.FromMinutes(5);
        Elapse(ApprovalDue.Deadline).ShouldBe(["approval.expired", "approval.rejected"]);
    }

    [Fact]
    public void No_time_approves_what_two_people_have_to()
    {
        _options.Queues["*"] = new ApprovalQueueOptions { DefaultAfter = TimeSpan.FromMinutes(10), DefaultAction = ApprovalDefault.Approve };
        Begin(request => request with { FourEyes = true });

        Elapse(ApprovalDue.Deadline).ShouldBe(["approval.expired"]);

        _state!.Status.ShouldBe(ApprovalStatus.Pending);
    }

    [Fact]
    public void What_is_decided_keeps_no_event_and_is_forgotten_after_a_while()
    {
        _options.Queues["*"] = new ApprovalQueueOptions { RemindAfter = TimeSpan.FromHours(1) };
        Begin();
        _state = _state! with { Timers = new Dictionary<string, string> { ["remind"] = "t-1" } };

        ApprovalCase decided = Do(ApprovalAction.Approve, "maria", 1, out _);

        decided.Timers.ShouldBe([("remind", null), ("forget", TimeSpan.FromDays(30))]);
        (_state!.Request, _state.Edited).ShouldBe((null, null));
        new ApprovalCase(_state, _options, Data, _now).Elapse(new ApprovalDue(ApprovalDue.Reminder, 1)).ShouldBeFalse();
        new ApprovalCase(_state, _options, Data, _now).Elapse(new ApprovalDue(ApprovalDue.Forgetting, 0)).ShouldBeTrue();
    }

    private ApprovalCase Begin(Func<ApprovalRequest, ApprovalRequest>? change = null)
    {
        ApprovalRequest request = ApprovalTestHost.RequestOf();
        var begun = ApprovalCase.Begin(change?.Invoke(request) ?? request, _options, Data, _now);
        _state = begun.State;
        begun.Entries.ShouldHaveSingleItem().Kind.ShouldBe("approval.requested");
        return begun;
    }

    private ApprovalReply Act(
        ApprovalAction action, string by, int? version = 1, string? reason = null, string? data = null, string? to = "other.queries", string[]? roles = null, bool isAuthenticated = false)
    {
        Do(action, by, version, out ApprovalReply reply, reason, data, to, roles, isAuthenticated);
        return reply;
    }

    // What is refused changes nothing.
    private ApprovalCase Do(
        ApprovalAction action, string by, int? version, out ApprovalReply reply, string? reason = null, string? data = null, string? to = null, string[]? roles = null, bool isAuthenticated = false)
    {
        var known = new ApprovalCase(_state!, _options, Data, _now);
        reply = known.Act(new ApprovalCommand(_state!.Id, action)
        {
            By = by,
            Version = version,
            Reason = reason,
            Data = data is null ? null : JsonElement.Parse(data),
            To = to,
            Roles = roles ?? [],
            IsAuthenticated = isAuthenticated,
        });
        _state = reply.Code is null ? known.State : _state;
        return known;
    }

    private List<string> Elapse(string what, int stay = 1) => [.. ElapseCase(what, stay).Entries.Select(entry => entry.Kind)];

    private ApprovalCase ElapseCase(string what, int stay)
    {
        var known = new ApprovalCase(_state!, _options, Data, _now);
        known.Elapse(new ApprovalDue(what, stay)).ShouldBeFalse();
        _state = known.State;
        return known;
    }
}
