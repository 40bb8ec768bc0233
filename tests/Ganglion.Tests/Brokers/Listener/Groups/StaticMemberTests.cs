using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups;

/// <summary>Members that keep a name from one start to the next (KIP-345).</summary>
public sealed class StaticMemberTests : ClientGroupsFixture
{
    [Fact(Timeout = 30_000)]
    public async Task A_member_that_comes_back_has_what_it_had_and_nobody_else_notices()
    {
        (JoinResult leader, JoinResult follower) = await SettleTwoAsync("shelf");

        JoinResult back = await Groups.Join(Request(instanceId: "shelf"));

        back.MemberId.ShouldNotBe(follower.MemberId);
        back.Generation.ShouldBe(follower.Generation);
        (await SyncAsync(back)).Assignment.ToArray().ShouldBe(Assignment(2, 3).ToArray());
        Heartbeat(leader).ShouldBe(ErrorCode.None);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_still_has_the_old_id_is_fenced()
    {
        (_, JoinResult follower) = await SettleTwoAsync("shelf");

        await Groups.Join(Request(instanceId: "shelf"));

        Heartbeat(follower, "shelf").ShouldBe(ErrorCode.FencedInstanceId);
        (await CommitAsync(follower.MemberId, follower.Generation, instanceId: "shelf")).ShouldBe(ErrorCode.FencedInstanceId);
        (await Groups.Join(Request(follower.MemberId, "shelf"))).Error.ShouldBe(ErrorCode.FencedInstanceId);
        Leave(follower.MemberId, "shelf").ShouldBe(ErrorCode.FencedInstanceId);
        Heartbeat(follower).ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_waits_under_the_old_id_is_fenced()
    {
        (_, JoinResult follower) = await JoinTwoAsync("shelf");
        Task<SyncResult> syncing = SyncAsync(follower);

        Task<JoinResult> joining = Groups.Join(Request(instanceId: "shelf"));
        (await syncing).Error.ShouldBe(ErrorCode.FencedInstanceId);

        _ = Groups.Join(Request(instanceId: "shelf"));
        (await joining).Error.ShouldBe(ErrorCode.FencedInstanceId);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_leader_that_comes_back_need_not_assign_anew_if_it_knows_how_to_skip_that()
    {
        JoinResult leader = await JoinAloneAsync("shelf");

        JoinResult modern = await Groups.Join(Request(instanceId: "shelf") with { SkipsAssignment = true });

        modern.SkipsAssignment.ShouldBeTrue();
        modern.Leader.ShouldBe(modern.MemberId);
        modern.Members.Count.ShouldBe(1);
        modern.Generation.ShouldBe(leader.Generation);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_older_leader_that_comes_back_takes_another_for_the_leader()
    {
        JoinResult leader = await JoinAloneAsync("shelf");

        JoinResult back = await Groups.Join(Request(instanceId: "shelf"));

        back.Leader.ShouldBe(leader.MemberId);
        back.Members.ShouldBeEmpty();
        (await SyncAsync(back)).Assignment.ToArray().ShouldBe(Assignment(0, 1, 2, 3).ToArray());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_comes_back_with_other_protocols_makes_the_others_join_again()
    {
        JoinResult leader = await Groups.Join(Request(protocols: ["range", "sticky"]));
        Task<JoinResult> follower = Groups.Join(Request(instanceId: "shelf", protocols: ["range", "sticky"]));
        leader = await Groups.Join(Request(leader.MemberId, protocols: ["range", "sticky"]));
        await SyncAsync(leader, (leader.MemberId, [0, 1, 2, 3]));
        await SyncAsync(await follower);

        Task<JoinResult> back = Groups.Join(Request(instanceId: "shelf", protocols: "sticky"));

        Heartbeat(leader).ShouldBe(ErrorCode.RebalanceInProgress);
        await Groups.Join(Request(leader.MemberId, protocols: ["range", "sticky"]));
        (await back).ProtocolName.ShouldBe("sticky");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_rebalance_keeps_the_place_of_a_member_that_is_away_until_its_session_ends()
    {
        (JoinResult leader, JoinResult follower) = await SettleTwoAsync("shelf");
        Task<JoinResult> again = Groups.Join(Request(leader.MemberId) with { RebalanceTimeout = Session / 2 });
        Groups.Heartbeat(Group, follower.Generation, new MemberIdentity(follower.MemberId, "shelf"));

        // The follower's own rebalance time-out counts, too.
        for (int i = 0; i < 12; i++)
        {
            Heartbeat(follower);
            Time.Advance(Rebalance / 12);
        }

        (await again).Members.Select(member => member.InstanceId).ShouldBe([null, "shelf"], ignoreOrder: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_administrator_takes_a_member_out_by_the_name_that_it_keeps()
    {
        (JoinResult leader, _) = await SettleTwoAsync("shelf");

        Leave("", "shelf").ShouldBe(ErrorCode.None);

        Leave("", "shelf").ShouldBe(ErrorCode.UnknownMemberId);
        Heartbeat(leader).ShouldBe(ErrorCode.RebalanceInProgress);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_leader_that_does_not_join_again_in_time_leads_no_longer()
    {
        JoinResult leader = await JoinAloneAsync("shelf");
        Task<JoinResult> other = Groups.Join(Request());
        for (TimeSpan left = Rebalance; left > TimeSpan.Zero; left -= Session / 2)
        {
            Heartbeat(leader, "shelf").ShouldBe(ErrorCode.RebalanceInProgress);
            Time.Advance(Session / 2);
        }

        JoinResult joined = await other;

        joined.Leader.ShouldBe(joined.MemberId);
        joined.Members.Count.ShouldBe(2);
    }
}
