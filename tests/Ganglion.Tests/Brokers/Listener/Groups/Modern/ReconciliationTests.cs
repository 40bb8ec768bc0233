using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

/// <summary>How partitions change hands: nobody gets one before its owner has said that it has given it up.</summary>
public sealed class ReconciliationTests : ModernGroupsFixture
{
    [Fact]
    public void Whoever_comes_first_is_told_all_at_once()
    {
        FakeMember member = NewMember("");

        HeartbeatResult joined = member.Join();

        joined.Epoch.ShouldBe(1);
        joined.MemberId.ShouldNotBeNullOrEmpty();
        joined.Assignment!.Select(partition => partition.Partition).ShouldBe([0, 1, 2, 3], ignoreOrder: true);
        Groups.Describe(Group).State.ShouldBe(GroupState.Stable);
    }

    [Fact]
    public void A_partition_goes_to_its_new_owner_only_when_the_old_one_has_said_that_it_has_given_it_up()
    {
        FakeMember first = Join("first");
        FakeMember second = NewMember("second");

        second.Join().Assignment.ShouldBeEmpty();
        Groups.Describe(Group).State.ShouldBe(GroupState.Reconciling);
        first.Beat().Assignment!.Count.ShouldBe(2);
        first.Epoch.ShouldBe(1);
        second.Beat().Assignment.ShouldBeNull();
        first.Heartbeat();
        second.Beat().Assignment.ShouldBeNull();

        first.Follow();
        first.Heartbeat();

        first.Epoch.ShouldBe(2);
        second.Beat().Assignment!.Count.ShouldBe(2);
        Groups.Describe(Group).State.ShouldBe(GroupState.Stable);
        first.Numbers.Concat(second.Assigned.Select(partition => partition.Partition)).ShouldBe([0, 1, 2, 3], ignoreOrder: true);
    }

    [Fact]
    public void What_nobody_has_is_handed_out_while_others_still_give_up()
    {
        FakeMember first = Join("first");
        FakeMember second = Join("second", first);
        FakeMember third = NewMember("third");
        third.Join();
        first.Heartbeat();
        second.Heartbeat();

        second.Leave();

        third.Beat().Assignment!.ShouldHaveSingleItem().ShouldBeOneOf([.. second.Owned]);
        first.Follow();
        first.Heartbeat();
        third.Beat().Assignment!.Count.ShouldBe(2);
    }

    [Fact]
    public void Whoever_does_not_give_up_in_time_is_taken_out()
    {
        FakeMember first = Join("first");
        FakeMember second = NewMember("second");
        second.Join();
        first.Heartbeat();

        for (int i = 0; i < 6; i++)
        {
            second.Beat().Assignment.ShouldBeNull();
            first.Heartbeat().Error.ShouldBe(ErrorCode.None);
            Time.Advance(first.RebalanceTimeout / 6);
        }

        first.Heartbeat().Error.ShouldBe(ErrorCode.UnknownMemberId);
        second.Beat().Assignment!.Count.ShouldBe(4);
    }

    [Fact]
    public void Whoever_gives_up_in_time_has_time_again()
    {
        FakeMember first = Join("first");
        FakeMember second = Join("second", first);

        for (int i = 0; i < 6; i++)
        {
            Time.Advance(first.RebalanceTimeout / 3);
            first.Heartbeat().Error.ShouldBe(ErrorCode.None);
            second.Heartbeat().Error.ShouldBe(ErrorCode.None);
        }
    }

    [Fact]
    public void A_member_that_is_not_heard_of_is_taken_out_and_the_others_get_what_it_had()
    {
        FakeMember first = Join("first");
        FakeMember second = Join("second", first);
        Time.Advance(Session * 0.9);
        second.Beat();
        Time.Advance(Session * 0.2);

        second.Beat().Assignment!.Count.ShouldBe(4);
        first.Beat().Error.ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact]
    public void What_a_dead_member_was_to_give_up_is_free_too()
    {
        FakeMember first = Join("first");
        FakeMember second = NewMember("second");
        second.Join();
        first.Heartbeat();
        Time.Advance(Session * 0.9);
        second.Beat();
        Time.Advance(Session * 0.2);

        second.Beat().Assignment!.Count.ShouldBe(4);
    }

    [Fact]
    public void A_group_that_all_have_left_is_forgotten_and_no_timer_runs()
    {
        int timers = Time.ActiveTimers;
        FakeMember member = Join("only");
        Time.ActiveTimers.ShouldBe(timers + 1);

        member.Leave().ShouldBe(new HeartbeatResult(ErrorCode.None, "only", MemberEpoch.Leaving));

        Time.ActiveTimers.ShouldBe(timers);
        Groups.List().ShouldBeEmpty();
        member.Beat().Error.ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_with_offsets_outlives_its_members_and_counts_on()
    {
        int timers = Time.ActiveTimers;
        FakeMember member = Join("only");
        (await CommitAsync("only", member.Epoch)).ShouldBe(ErrorCode.None);

        member.Leave();

        Time.ActiveTimers.ShouldBe(timers);
        Groups.Describe(Group).ShouldBe(new GroupDescription(Group, GroupState.Empty) { Type = GroupType.Consumer, ProtocolType = "consumer", Members = [] });
        Join("next").Epoch.ShouldBe(3);
    }

    [Fact]
    public void Whoever_takes_itself_to_be_in_another_epoch_is_fenced_until_it_joins_again()
    {
        FakeMember first = Join("first");
        FakeMember second = Join("second", first);
        FakeMember third = Join("third", first, second);

        first.Claim(first.Epoch + 1).Error.ShouldBe(ErrorCode.FencedMemberEpoch);
        first.Claim(1).Error.ShouldBe(ErrorCode.FencedMemberEpoch);

        first.Join().Error.ShouldBe(ErrorCode.None);
        Settle(first, second, third);
    }

    [Fact]
    public void Whoever_has_missed_the_answer_with_its_new_epoch_is_told_again()
    {
        FakeMember first = Join("first");
        FakeMember second = NewMember("second");
        second.Join();
        first.Heartbeat();
        first.GiveUp();
        first.LoseAnswer();

        HeartbeatResult again = first.Beat();

        (again.Error, again.Epoch).ShouldBe((ErrorCode.None, 2));
    }

    [Fact]
    public void Whoever_claims_to_have_missed_the_answer_and_to_have_what_it_has_given_up_is_fenced()
    {
        FakeMember first = Join("first");
        HashSet<TopicIdPartition> all = [.. first.Owned];
        FakeMember second = NewMember("second");
        second.Join();
        Settle(first, second);

        first.Claim(1, first.Owned).Error.ShouldBe(ErrorCode.None);
        first.Claim(1, all).Error.ShouldBe(ErrorCode.FencedMemberEpoch);
    }

    [Fact]
    public void A_member_is_told_what_it_may_have_until_it_says_that_it_has_it()
    {
        FakeMember member = NewMember("only");
        member.Join();

        member.Beat().Assignment!.Count.ShouldBe(4);
        member.Heartbeat().Assignment!.Count.ShouldBe(4);
        member.Follow();

        member.Heartbeat().Assignment.ShouldBeNull();
        member.Beat().Assignment.ShouldBeNull();
    }

    [Fact]
    public void A_member_is_told_what_it_is_to_give_up_until_it_has()
    {
        FakeMember first = Join("first");
        FakeMember second = NewMember("second");
        second.Join();
        first.LoseAnswer();

        first.Beat().Assignment!.Count.ShouldBe(2);
        first.Beat().Assignment!.Count.ShouldBe(2);
    }

    [Fact]
    public void A_new_member_that_misses_the_answer_joins_again_and_is_one_member()
    {
        FakeMember member = NewMember("only");
        member.Join();

        member.Join().Assignment!.Count.ShouldBe(4);

        Groups.Describe(Group).Members.Count.ShouldBe(1);
    }

    [Fact]
    public void Whoever_says_all_is_told_all()
    {
        FakeMember member = Join("only");

        member.HeartbeatInFull().Assignment!.Count.ShouldBe(4);
    }

    [Fact]
    public void Who_joins_again_while_it_was_to_give_something_up_has_given_it_up()
    {
        FakeMember first = Join("first");
        FakeMember second = NewMember("second");
        second.Join();
        first.Heartbeat();

        first.Join().Assignment!.Count.ShouldBe(2);

        second.Beat().Assignment!.Count.ShouldBe(2);
    }

    [Fact]
    public void A_group_takes_no_more_members_than_it_can_have()
    {
        FakeMember[] members = [.. Enumerable.Range(0, GroupLimits.MaxModernMembers + 1).Select(number => new FakeMember(Groups, $"{number}", null))];
        foreach (FakeMember member in members[..^1])
        {
            member.Join().Error.ShouldBe(ErrorCode.None);
        }

        members[^1].Join().Error.ShouldBe(ErrorCode.GroupMaxSizeReached);
        members[0].Join().Error.ShouldBe(ErrorCode.None);
    }
}
