using System.Text;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups;

/// <summary>How clients join a group, share its partitions out, and go again.</summary>
public sealed class RebalanceTests : ClientGroupsFixture
{
    [Fact(Timeout = 30_000)]
    public async Task The_leader_is_told_of_all_members_and_the_others_who_leads()
    {
        (JoinResult leader, JoinResult follower) = await JoinTwoAsync();

        leader.Generation.ShouldBe(2);
        leader.Leader.ShouldBe(leader.MemberId);
        leader.ProtocolName.ShouldBe("range");
        leader.Members.Select(member => member.MemberId).ShouldBe([leader.MemberId, follower.MemberId], ignoreOrder: true);
        leader.Members.Select(member => Encoding.UTF8.GetString(member.Metadata.Span)).ShouldBe(["about me", "about me"]);
        follower.Generation.ShouldBe(2);
        follower.Leader.ShouldBe(leader.MemberId);
        follower.Members.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task Each_member_is_told_its_part_when_the_leader_has_decided()
    {
        (JoinResult leader, JoinResult follower) = await JoinTwoAsync();

        Task<SyncResult> followers = SyncAsync(follower);
        followers.IsCompleted.ShouldBeFalse();
        SyncResult leaders = await SyncAsync(leader, (leader.MemberId, [0, 1]), (follower.MemberId, [2, 3]), ("nobody", [0]));

        leaders.Assignment.ToArray().ShouldBe(Assignment(0, 1).ToArray());
        (await followers).Assignment.ToArray().ShouldBe(Assignment(2, 3).ToArray());
        (await SyncAsync(follower)).Assignment.ToArray().ShouldBe(Assignment(2, 3).ToArray());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_the_leader_does_not_name_has_nothing_whatever_it_had_before()
    {
        JoinResult first = await JoinAloneAsync();
        Task<JoinResult> second = Groups.Join(Request());
        JoinResult leader = await Groups.Join(Request(first.MemberId));
        JoinResult follower = await second;

        SyncResult synced = await SyncAsync(leader, (follower.MemberId, [0, 1, 2, 3]));

        (synced.Error, synced.Assignment.Length).ShouldBe((ErrorCode.None, 0));
        (await SyncAsync(follower)).Assignment.ToArray().ShouldBe(Assignment(0, 1, 2, 3).ToArray());
    }

    [Fact(Timeout = 30_000)]
    public async Task What_all_members_know_goes_by_those_that_are_there_and_by_what_they_said_last()
    {
        JoinResult first = await Groups.Join(Request(protocols: ["range", "sticky"]));
        _ = Groups.Join(Request(instanceId: "named", protocols: ["range"]));

        (await Groups.Join(Request(protocols: ["sticky"]))).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        _ = Groups.Join(Request(instanceId: "named", protocols: ["range", "sticky"]));
        Groups.Join(Request(protocols: ["sticky", "sticky"])).IsCompleted.ShouldBeFalse();
        (await Groups.Join(Request(protocols: ["range"]))).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        (await Groups.Join(Request(first.MemberId, protocols: ["range"]))).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        Leave("", "named").ShouldBe(ErrorCode.None);
        (await Groups.Join(Request(first.MemberId, protocols: ["sticky", "new"]))).Error.ShouldBe(ErrorCode.None);
        (await Groups.Join(Request(protocols: ["new"]))).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
    }

    [Fact]
    public void Whoever_joins_is_not_compared_with_every_member()
    {
        string[] many = [.. Enumerable.Range(0, 100).Select(number => $"protocol-{number}")];
        for (int i = 0; i < 300; i++)
        {
            _ = Groups.Join(Request(protocols: many));
        }

        _ = Groups.Join(Request(protocols: many[^1]));
        JoinRequest next = Request(protocols: many);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = Groups.Join(next);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
    }

    [Fact(Timeout = 30_000)]
    public async Task Members_are_asked_by_their_heartbeats_to_join_again_when_somebody_comes()
    {
        JoinResult first = await JoinAloneAsync();
        Heartbeat(first).ShouldBe(ErrorCode.None);

        Task<JoinResult> second = Groups.Join(Request());

        second.IsCompleted.ShouldBeFalse();
        Heartbeat(first).ShouldBe(ErrorCode.RebalanceInProgress);
        (await SyncAsync(first)).Error.ShouldBe(ErrorCode.RebalanceInProgress);
        JoinResult again = await Groups.Join(Request(first.MemberId));
        again.Generation.ShouldBe((await second).Generation);
        Heartbeat(first).ShouldBe(ErrorCode.IllegalGeneration);
        Heartbeat(again).ShouldBe(ErrorCode.None);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_waits_for_the_leader_is_asked_to_join_again_when_somebody_comes()
    {
        (_, JoinResult follower) = await JoinTwoAsync();
        Task<SyncResult> waiting = SyncAsync(follower);

        _ = Groups.Join(Request());

        (await waiting).Error.ShouldBe(ErrorCode.RebalanceInProgress);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_follower_that_joins_again_with_nothing_new_disturbs_nobody_and_the_leader_does()
    {
        (JoinResult leader, JoinResult follower) = await SettleTwoAsync();

        (await Groups.Join(Request(follower.MemberId))).Generation.ShouldBe(leader.Generation);
        Heartbeat(leader).ShouldBe(ErrorCode.None);

        Task<JoinResult> again = Groups.Join(Request(leader.MemberId));
        Heartbeat(follower).ShouldBe(ErrorCode.RebalanceInProgress);
        await Groups.Join(Request(follower.MemberId));
        (await again).Generation.ShouldBe(leader.Generation + 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_does_not_join_again_in_time_is_left_behind()
    {
        (JoinResult leader, JoinResult follower) = await SettleTwoAsync();
        Task<JoinResult> again = Groups.Join(Request(leader.MemberId));

        for (int i = 0; i < 12; i++)
        {
            again.IsCompleted.ShouldBeFalse();
            Heartbeat(follower).ShouldBe(ErrorCode.RebalanceInProgress);
            Time.Advance(Rebalance / 12);
        }

        (await again).Members.Select(member => member.MemberId).ShouldBe([leader.MemberId]);
        Heartbeat(follower).ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_never_asks_for_its_part_is_taken_out()
    {
        (JoinResult leader, JoinResult follower) = await JoinTwoAsync();
        await SyncAsync(leader, (leader.MemberId, [0, 1]));

        for (int i = 0; i < 12; i++)
        {
            Heartbeat(leader).ShouldBe(ErrorCode.None);
            Heartbeat(follower).ShouldBe(ErrorCode.None);
            Time.Advance(Rebalance / 12);
        }

        Heartbeat(leader).ShouldBe(ErrorCode.RebalanceInProgress);
        Heartbeat(follower).ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_is_not_heard_of_is_taken_out()
    {
        (JoinResult leader, JoinResult follower) = await SettleTwoAsync();

        Time.Advance(Session * 0.9);
        Heartbeat(leader).ShouldBe(ErrorCode.None);
        Time.Advance(Session * 0.2);

        Heartbeat(follower).ShouldBe(ErrorCode.UnknownMemberId);
        Heartbeat(leader).ShouldBe(ErrorCode.RebalanceInProgress);
        (await Groups.Join(Request(leader.MemberId))).Members.Count.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_waits_for_others_is_not_overdue()
    {
        JoinResult first = await JoinAloneAsync();
        Task<JoinResult> second = Groups.Join(Request());

        Time.Advance(Session);

        // The first one has not been heard of: the second is alone.
        (await second).Members.Count.ShouldBe(1);
        Heartbeat(first).ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_leaves_makes_room_at_once()
    {
        (JoinResult leader, JoinResult follower) = await SettleTwoAsync();

        Leave(leader.MemberId).ShouldBe(ErrorCode.None);

        Leave(leader.MemberId).ShouldBe(ErrorCode.UnknownMemberId);
        Heartbeat(follower).ShouldBe(ErrorCode.RebalanceInProgress);
        (await Groups.Join(Request(follower.MemberId))).Leader.ShouldBe(follower.MemberId);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_that_all_have_left_is_forgotten_and_no_timer_runs()
    {
        int timers = Time.ActiveTimers;
        JoinResult only = await JoinAloneAsync();
        Time.ActiveTimers.ShouldBe(timers + 1);

        Leave(only.MemberId);

        Time.ActiveTimers.ShouldBe(timers);
        Groups.List().ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_whose_last_member_is_not_heard_of_is_empty_and_keeps_its_offsets()
    {
        JoinResult only = await JoinAloneAsync();
        (await CommitAsync(only.MemberId, only.Generation)).ShouldBe(ErrorCode.None);

        Time.Advance(Session);

        Groups.Describe(Group).State.ShouldBe(GroupState.Empty);
        Groups.GetOffsets(Group).Count.ShouldBe(1);
        (await JoinFirstAsync()).Generation.ShouldBe(only.Generation + 2);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_new_member_is_first_told_its_id_and_the_others_wait_for_it()
    {
        JoinResult told = await Groups.Join(Request() with { RequiresMemberId = true });
        told.Error.ShouldBe(ErrorCode.MemberIdRequired);
        told.MemberId.ShouldNotBeEmpty();
        Task<JoinResult> other = Groups.Join(Request());
        other.IsCompleted.ShouldBeFalse();

        JoinResult joined = await Groups.Join(Request(told.MemberId) with { RequiresMemberId = true });

        joined.Error.ShouldBe(ErrorCode.None);
        (await other).Generation.ShouldBe(joined.Generation);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_was_told_its_id_and_does_not_come_is_not_waited_for_any_longer()
    {
        JoinResult told = await Groups.Join(Request() with { RequiresMemberId = true });
        Task<JoinResult> other = Groups.Join(Request());

        Time.Advance(Session);

        (await other).Error.ShouldBe(ErrorCode.None);
        (await Groups.Join(Request(told.MemberId))).Error.ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_first_member_waits_for_others_for_a_while_and_longer_while_they_come()
    {
        var groups = new ClientGroups(Broker, initialDelay: TimeSpan.FromSeconds(3));
        Task<JoinResult> first = groups.Join(Request());
        Time.Advance(TimeSpan.FromSeconds(2));
        Task<JoinResult> second = groups.Join(Request());
        Time.Advance(TimeSpan.FromSeconds(2));
        first.IsCompleted.ShouldBeFalse();

        Time.Advance(TimeSpan.FromSeconds(2));

        (await first).Generation.ShouldBe(1);
        (await first).Members.Count.ShouldBe(2);
        (await second).Generation.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_has_gone_while_it_waited_to_join_for_the_first_time_is_not_waited_for()
    {
        JoinResult first = await JoinAloneAsync();
        Task<JoinResult> gone = Groups.Join(Request());

        Groups.Abandon(Group, gone);

        (await gone).Error.ShouldBe(ErrorCode.UnknownMemberId);
        (await Groups.Join(Request(first.MemberId))).Members.Count.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_asks_again_while_it_waits_is_one_member()
    {
        (JoinResult leader, JoinResult follower) = await SettleTwoAsync();
        Task<JoinResult> first = Groups.Join(Request(leader.MemberId));

        Task<JoinResult> second = Groups.Join(Request(leader.MemberId));
        await Groups.Join(Request(follower.MemberId));

        (await first).Error.ShouldBe(ErrorCode.RebalanceInProgress);
        (await second).Members.Count.ShouldBe(2);
    }

    [Fact(Timeout = 30_000)]
    public async Task Members_agree_on_a_protocol_that_all_know_and_most_like_best()
    {
        JoinResult first = await Groups.Join(Request(protocols: ["modern", "sticky", "range"]));
        Task<JoinResult> second = Groups.Join(Request(protocols: ["range", "sticky"]));
        Task<JoinResult> third = Groups.Join(Request(protocols: ["range", "sticky"]));
        await Groups.Join(Request(first.MemberId, protocols: ["modern", "sticky", "range"]));

        (await second).ProtocolName.ShouldBe("range");
        (await third).ProtocolName.ShouldBe("range");
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_knows_no_protocol_of_the_others_is_refused()
    {
        await JoinFirstAsync();

        (await Groups.Join(Request(protocols: "other"))).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        (await Groups.Join(Request() with { ProtocolType = "connect" })).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_takes_the_group_for_another_is_not_told_a_part()
    {
        JoinResult member = await JoinFirstAsync();
        var request = new SyncRequest(Group, member.Generation, new MemberIdentity(member.MemberId, null), "consumer", "sticky", []);

        (await Groups.Sync(request)).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        (await Groups.Sync(request with { ProtocolName = "range" })).Error.ShouldBe(ErrorCode.None);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_members_ask_for_has_limits()
    {
        ErrorCode[] errors =
        [
            (await Groups.Join(Request() with { GroupId = "" })).Error,
            (await Groups.Join(Request() with { GroupId = new string('g', 250) })).Error,
            (await Groups.Join(Request() with { SessionTimeout = TimeSpan.FromMilliseconds(999) })).Error,
            (await Groups.Join(Request() with { SessionTimeout = TimeSpan.FromMinutes(31) })).Error,
            (await Groups.Join(Request() with { Protocols = [] })).Error,
            (await Groups.Join(Request() with { ProtocolType = "" })).Error,
            (await Groups.Join(Request(protocols: [.. Enumerable.Range(0, 101).Select(i => $"{i}")]))).Error,
            (await Groups.Join(Request() with { Protocols = [new GroupProtocol("range", new byte[1024 * 1024])] })).Error,
            (await Groups.Join(Request("nobody"))).Error,
            (await Groups.Sync(new SyncRequest(
                Group, 1, new MemberIdentity("nobody", null), null, null, [new("nobody", new byte[(16 * 1024 * 1024) + 1])]))).Error,
            Groups.Heartbeat("", 1, new MemberIdentity("m", null)),
            Leave("nobody"),
        ];

        errors.ShouldBe(
        [
            ErrorCode.InvalidGroupId,
            ErrorCode.InvalidGroupId,
            ErrorCode.InvalidSessionTimeout,
            ErrorCode.InvalidSessionTimeout,
            ErrorCode.InconsistentGroupProtocol,
            ErrorCode.InconsistentGroupProtocol,
            ErrorCode.InvalidRequest,
            ErrorCode.InvalidRequest,
            ErrorCode.UnknownMemberId,
            ErrorCode.InvalidRequest,
            ErrorCode.InvalidGroupId,
            ErrorCode.UnknownMemberId,
        ]);
        Groups.List().ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_waits_is_told_when_the_broker_is_closed()
    {
        JoinResult first = await JoinAloneAsync();
        Task<JoinResult> second = Groups.Join(Request());

        await Broker.DisposeAsync();

        (await second).Error.ShouldBe(ErrorCode.CoordinatorNotAvailable);
        Should.Throw<ObjectDisposedException>(() => Heartbeat(first));
    }
}
