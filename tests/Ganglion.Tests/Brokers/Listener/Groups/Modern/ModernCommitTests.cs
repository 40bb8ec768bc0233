using Ganglion.Brokers;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

/// <summary>Which offsets members may commit and learn, and that a group follows one protocol at a time.</summary>
public sealed class ModernCommitTests : ModernGroupsFixture
{
    [Fact(Timeout = 30_000)]
    public async Task A_member_commits_in_its_epoch_and_in_no_other()
    {
        FakeMember member = Join("only");
        Join("other", member);

        ErrorCode[] errors =
        [
            await CommitAsync("only", member.Epoch),
            await CommitAsync("only", member.Epoch - 1),
            await CommitAsync("only", member.Epoch + 1),
            await CommitAsync("somebody", member.Epoch),
            await CommitAsync("", -1),
        ];

        errors.ShouldBe(
            [ErrorCode.None, ErrorCode.StaleMemberEpoch, ErrorCode.StaleMemberEpoch, ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_has_lost_its_partitions_commits_nothing_for_their_new_owner()
    {
        FakeMember first = Join("first");
        Time.Advance(Session * 1.1);
        FakeMember second = Join("second");

        (await CommitAsync("first", first.Epoch, offset: 3)).ShouldBe(ErrorCode.UnknownMemberId);

        (await CommitAsync("second", second.Epoch, offset: 7)).ShouldBe(ErrorCode.None);
        Groups.GetOffsets(Group).ShouldHaveSingleItem().Value.Offset.ShouldBe(7);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_version_that_does_not_know_epochs_is_refused()
    {
        FakeMember member = Join("only");

        (await CommitAsync("only", member.Epoch, knowsEpochs: false)).ShouldBe(ErrorCode.UnsupportedVersion);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_is_no_member_commits_for_a_group_without_members()
    {
        (await CommitAsync("", -1)).ShouldBe(ErrorCode.None);
        (await CommitAsync("gone", 3)).ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact]
    public void A_transaction_commits_offsets_of_a_member_in_its_epoch_and_of_those_that_name_none()
    {
        FakeMember member = Join("only");

        Check("only", member.Epoch).ShouldBe(ErrorCode.None);
        Check("only", member.Epoch + 1).ShouldBe(ErrorCode.StaleMemberEpoch);
        Check("somebody", member.Epoch).ShouldBe(ErrorCode.UnknownMemberId);
        Check("", -1).ShouldBe(ErrorCode.None);

        ErrorCode Check(string memberId, int epoch) =>
            Groups.CheckCommit(Group, new Committer(epoch, new MemberIdentity(memberId, null)) { IsTransactional = true });
    }

    [Fact]
    public void A_member_is_told_offsets_in_its_epoch_and_whoever_is_none_always()
    {
        Groups.CheckFetch(Group, "gone", 3).ShouldBe(ErrorCode.UnknownMemberId);
        FakeMember member = Join("only");

        Groups.CheckFetch(Group, "only", member.Epoch).ShouldBe(ErrorCode.None);
        Groups.CheckFetch(Group, "only", member.Epoch + 1).ShouldBe(ErrorCode.StaleMemberEpoch);
        Groups.CheckFetch(Group, "somebody", member.Epoch).ShouldBe(ErrorCode.UnknownMemberId);
        Groups.CheckFetch(Group, null, -1).ShouldBe(ErrorCode.None);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_without_members_takes_those_of_either_protocol_and_keeps_its_offsets()
    {
        FakeMember modern = Join("modern");
        await CommitAsync("modern", modern.Epoch);
        modern.Leave();

        JoinResult classic = await Groups.Join(ClientGroupsFixture.Request());
        classic.Error.ShouldBe(ErrorCode.None);
        Groups.Describe(Group).Type.ShouldBe(GroupType.Classic);
        Groups.GetOffsets(Group).Count.ShouldBe(1);
        Groups.Leave(Group, [new MemberIdentity(classic.MemberId, null)]).ShouldBe([ErrorCode.None]);

        NewMember("again").Join().Error.ShouldBe(ErrorCode.None);
        Groups.Describe(Group).Type.ShouldBe(GroupType.Consumer);
        Groups.GetOffsets(Group).Count.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task Members_of_one_protocol_do_not_join_those_of_the_other()
    {
        FakeMember modern = Join("modern");
        (await Groups.Join(ClientGroupsFixture.Request())).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        Groups.Heartbeat(Group, 1, new MemberIdentity("modern", null)).ShouldBe(ErrorCode.UnknownMemberId);

        modern.Leave();
        JoinResult classic = await Groups.Join(ClientGroupsFixture.Request());

        modern.Join().Error.ShouldBe(ErrorCode.GroupIdNotFound);
        modern.Claim(1).Error.ShouldBe(ErrorCode.GroupIdNotFound);
        Groups.DescribeModern(Group).ShouldBeNull();
        Groups.Describe(Group).Members.ShouldHaveSingleItem().MemberId.ShouldBe(classic.MemberId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Agents_and_members_are_not_in_the_same_group()
    {
        var options = new ConsumerOptions { GroupId = Group, Topics = ["t"] };
        FakeMember member = Join("only");
        (await Should.ThrowAsync<ConsumerGroupException>(async () => await Broker.CreateConsumerAsync(options, Deadline)))
            .Code.ShouldBe("group-protocol-inconsistent");

        member.Leave();
        await using IEventConsumer agent = await Broker.CreateConsumerAsync(options, Deadline);

        member.Join().Error.ShouldBe(ErrorCode.GroupIdNotFound);
        Groups.DescribeModern(Group).ShouldBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task The_broker_tells_of_members_and_what_they_may_have()
    {
        FakeMember first = Join("first");
        FakeMember second = NewMember("second");
        second.Join();
        (await Broker.Groups.FindAsync(Group, Deadline))!.State.ShouldBe(ConsumerGroupState.Rebalancing);
        Settle(first, second);

        ConsumerGroupDescription group = (await Broker.Groups.FindAsync(Group, Deadline))!;

        (group.State, group.Generation).ShouldBe((ConsumerGroupState.Stable, 2));
        group.Members.Select(member => (member.MemberId, member.ClientId, member.Assignment.Count)).ShouldBe([("first", "client", 2), ("second", "client", 2)]);
        (await Should.ThrowAsync<ConsumerGroupException>(async () => await Broker.Groups.DeleteAsync(Group, Deadline))).Code.ShouldBe("group-not-empty");
    }
}
