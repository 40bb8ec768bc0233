using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

/// <summary>Members that keep a name from one start to the next.</summary>
public sealed class ModernStaticMemberTests : ModernGroupsFixture
{
    [Fact]
    public void A_member_that_leaves_for_a_while_has_what_it_had_when_it_is_back_and_nobody_else_notices()
    {
        (FakeMember other, FakeMember named) = JoinTwo();
        named.LeaveForAWhile().ShouldBe(new HeartbeatResult(ErrorCode.None, "named", MemberEpoch.LeavingForAWhile));
        Time.Advance(Session * 0.9);
        other.Beat().Assignment.ShouldBeNull();
        FakeMember back = NewMember("back", "shelf");

        back.Join().Assignment!.ShouldBe(named.Owned, ignoreOrder: true);

        back.Epoch.ShouldBe(named.Epoch);
        other.Beat().Assignment.ShouldBeNull();
        Time.Advance(Session * 0.9);
        back.Beat().Error.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void A_member_that_does_not_come_back_in_time_loses_what_it_had()
    {
        (FakeMember other, FakeMember named) = JoinTwo();
        named.LeaveForAWhile();
        Time.Advance(Session * 0.9);
        other.Beat();

        Time.Advance(Session * 0.2);

        other.Beat().Assignment!.Count.ShouldBe(4);
        Groups.Describe(Group).Members.Count.ShouldBe(1);
    }

    [Fact]
    public void Nobody_takes_the_place_of_a_member_that_has_not_left()
    {
        (_, FakeMember named) = JoinTwo();
        FakeMember back = NewMember("back", "shelf");

        back.Join().Error.ShouldBe(ErrorCode.UnreleasedInstanceId);
        named.HeartbeatInFull().Error.ShouldBe(ErrorCode.None);

        named.Leave().Error.ShouldBe(ErrorCode.None);
        back.Join().Error.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void Whoever_still_has_the_old_id_is_fenced()
    {
        (_, FakeMember named) = JoinTwo();
        named.LeaveForAWhile();
        NewMember("back", "shelf").Join().Error.ShouldBe(ErrorCode.None);

        named.Beat().Error.ShouldBe(ErrorCode.FencedInstanceId);
        named.LeaveForAWhile().Error.ShouldBe(ErrorCode.FencedInstanceId);
        named.Leave().Error.ShouldBe(ErrorCode.FencedInstanceId);
    }

    [Fact]
    public void A_member_that_has_left_for_a_while_is_fenced_until_it_joins_again()
    {
        (_, FakeMember named) = JoinTwo();
        named.LeaveForAWhile();

        named.Beat().Error.ShouldBe(ErrorCode.FencedMemberEpoch);
        named.Join().Assignment!.Count.ShouldBe(2);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_has_left_for_a_while_commits_nothing()
    {
        (_, FakeMember named) = JoinTwo();
        named.LeaveForAWhile();

        (await CommitAsync("named", named.Epoch)).ShouldBe(ErrorCode.StaleMemberEpoch);
        (await CommitAsync("named", MemberEpoch.LeavingForAWhile)).ShouldBe(ErrorCode.StaleMemberEpoch);
    }

    [Fact]
    public void What_a_member_was_to_give_up_when_it_left_for_a_while_goes_to_others()
    {
        FakeMember named = NewMember("named", "shelf");
        named.Join();
        named.Follow();
        FakeMember other = NewMember("other");
        other.Join();
        named.Heartbeat();
        other.Beat().Assignment.ShouldBeNull();

        named.LeaveForAWhile();

        other.Beat().Assignment!.Count.ShouldBe(2);
    }

    [Fact]
    public void A_client_that_joins_again_under_another_name_is_one_member()
    {
        Join("client");

        NewMember("client", "shelf").Join().Assignment!.Count.ShouldBe(4);

        DescribedMember only = Groups.Describe(Group).Members.ShouldHaveSingleItem();
        (only.MemberId, only.InstanceId).ShouldBe(("client", "shelf"));
    }

    private (FakeMember Other, FakeMember Named) JoinTwo()
    {
        FakeMember other = Join("other");
        FakeMember named = NewMember("named", "shelf");
        named.Join();
        Settle(other, named);
        return (other, named);
    }
}
