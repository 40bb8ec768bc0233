using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Listener.Groups;

/// <summary>Which offsets clients may commit, and who sees them.</summary>
public sealed class ClientCommitTests : ClientGroupsFixture
{
    private static readonly TopicPartition Partition = new("t", 0);

    [Fact(Timeout = 30_000)]
    public async Task What_a_member_commits_is_seen_by_clients_and_by_the_broker_with_its_text_and_lag()
    {
        JoinResult member = await JoinAloneAsync();
        await using IEventProducer producer = await Broker.CreateProducerAsync(cancellationToken: Deadline);
        for (int i = 0; i < 9; i++)
        {
            await producer.AppendAsync(new ProducerRecord("t", new Record(null, new byte[1]), Partition: 0), Deadline);
        }

        (await CommitAsync(member.MemberId, member.Generation, offset: 7)).ShouldBe(ErrorCode.None);

        Groups.GetOffsets(Group)[Partition].ShouldBe(new OffsetAndMetadata(7, "note"));
        ConsumerGroupDescription group = (await Broker.Groups.FindAsync(Group, Deadline))!;
        group.Offsets.ShouldBe([new ConsumerGroupOffset(Partition, new OffsetAndMetadata(7, "note"), 9)]);
        group.Lag.ShouldBe(2);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_broker_tells_of_members_and_what_they_are_assigned()
    {
        (JoinResult leader, JoinResult follower) = await SettleTwoAsync();

        ConsumerGroupDescription group = (await Broker.Groups.ListAsync(Deadline)).ShouldHaveSingleItem();

        group.State.ShouldBe(ConsumerGroupState.Stable);
        group.Generation.ShouldBe(2);
        group.Members.Single(member => member.MemberId == leader.MemberId).Assignment.ShouldBe([Partition, new("t", 1)]);
        group.Members.Single(member => member.MemberId == follower.MemberId).Assignment.ShouldBe([new("t", 2), new("t", 3)]);
        group.Members.ShouldAllBe(member => member.ClientId == "client");
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_assigned_in_another_language_is_not_told()
    {
        JoinResult joined = await Groups.Join(Request() with { ProtocolType = "connect" });
        await SyncAsync(joined, (joined.MemberId, [0]));

        (await Broker.Groups.FindAsync(Group, Deadline))!.Members.ShouldHaveSingleItem().Assignment.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task What_no_consumer_could_read_is_not_told()
    {
        JoinResult joined = await JoinFirstAsync();
        await Groups.Sync(new SyncRequest(
            Group, joined.Generation, new MemberIdentity(joined.MemberId, null), null, null,
            [KeyValuePair.Create(joined.MemberId, (ReadOnlyMemory<byte>)new byte[] { 0, 1, 0x7f, 0xff, 0xff, 0xff, 0 })]));

        (await Broker.Groups.FindAsync(Group, Deadline))!.Members.ShouldHaveSingleItem().Assignment.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_is_not_a_member_of_this_generation_commits_nothing()
    {
        JoinResult member = await JoinAloneAsync();

        ErrorCode[] errors =
        [
            await CommitAsync("somebody", member.Generation),
            await CommitAsync(member.MemberId, member.Generation - 1),
            await CommitAsync(member.MemberId, member.Generation + 1),
            await CommitAsync(member.MemberId, member.Generation, instanceId: "shelf"),
            await CommitAsync("", -1),
        ];

        errors.ShouldBe(
        [
            ErrorCode.UnknownMemberId,
            ErrorCode.IllegalGeneration,
            ErrorCode.IllegalGeneration,
            ErrorCode.UnknownMemberId,
            ErrorCode.UnknownMemberId,
        ]);
        Groups.GetOffsets(Group).ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_commits_while_others_join_and_not_while_the_leader_decides()
    {
        JoinResult first = await JoinAloneAsync();
        Task<JoinResult> second = Groups.Join(Request());
        (await CommitAsync(first.MemberId, first.Generation)).ShouldBe(ErrorCode.None);

        JoinResult again = await Groups.Join(Request(first.MemberId));
        await second;

        (await CommitAsync(first.MemberId, first.Generation)).ShouldBe(ErrorCode.IllegalGeneration);
        (await CommitAsync(first.MemberId, again.Generation)).ShouldBe(ErrorCode.RebalanceInProgress);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_commits_is_alive()
    {
        JoinResult member = await JoinAloneAsync();

        for (int i = 0; i < 5; i++)
        {
            Time.Advance(Session * 0.9);
            (await CommitAsync(member.MemberId, member.Generation)).ShouldBe(ErrorCode.None);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_is_no_member_commits_for_a_group_without_members()
    {
        (await CommitAsync("", -1)).ShouldBe(ErrorCode.None);

        Groups.GetOffsets(Group)[Partition].Offset.ShouldBe(7);
        Groups.Describe(Group).State.ShouldBe(GroupState.Empty);
        (await CommitAsync("m", 1)).ShouldBe(ErrorCode.IllegalGeneration);
    }

    [Fact(Timeout = 30_000)]
    public async Task Offsets_of_a_transaction_are_taken_from_members_and_from_producers_that_name_none()
    {
        JoinResult member = await JoinFirstAsync();

        Check(member.MemberId, member.Generation).ShouldBe(ErrorCode.None);
        Check("", -1).ShouldBe(ErrorCode.None);
        Check(member.MemberId, member.Generation + 1).ShouldBe(ErrorCode.IllegalGeneration);
        Check("somebody", member.Generation).ShouldBe(ErrorCode.UnknownMemberId);
        Groups.CheckCommit("another", new Committer(1, new MemberIdentity("m", null)) { IsTransactional = true }).ShouldBe(ErrorCode.IllegalGeneration);

        ErrorCode Check(string memberId, int generation) =>
            Groups.CheckCommit(Group, new Committer(generation, new MemberIdentity(memberId, null)) { IsTransactional = true });
    }

    [Fact(Timeout = 30_000)]
    public async Task Agents_and_clients_are_not_members_of_the_same_group()
    {
        var options = new ConsumerOptions { GroupId = Group, Topics = ["t"] };
        JoinResult client = await JoinAloneAsync();
        (await Should.ThrowAsync<ConsumerGroupException>(async () => await Broker.CreateConsumerAsync(options, Deadline)))
            .Code.ShouldBe("group-protocol-inconsistent");

        Leave(client.MemberId);
        await using IEventConsumer agent = await Broker.CreateConsumerAsync(options, Deadline);

        (await Groups.Join(Request())).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        (await CommitAsync("", -1)).ShouldBe(ErrorCode.UnknownMemberId);
        GroupDescription group = Groups.Describe(Group);
        group.ProtocolName.ShouldBe("ganglion");
        ConsumerProtocol.ReadAssignment(group.ProtocolType, group.Members.ShouldHaveSingleItem().Assignment).Count.ShouldBe(4);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_of_clients_is_reset_and_deleted_only_when_it_is_empty()
    {
        JoinResult member = await JoinAloneAsync();
        await CommitAsync(member.MemberId, member.Generation);
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [Partition] = new(0) };
        (await Should.ThrowAsync<ConsumerGroupException>(async () => await Broker.Groups.ResetAsync(Group, offsets, Deadline)))
            .Code.ShouldBe("group-not-empty");
        (await Groups.DeleteAsync(Group, Deadline)).ShouldBe(ErrorCode.NonEmptyGroup);
        (await Groups.DeleteOffsetsAsync(Group, [Partition], Deadline)).ShouldBe(ErrorCode.NonEmptyGroup);

        Leave(member.MemberId);
        await Broker.Groups.ResetAsync(Group, offsets, Deadline);
        Groups.GetOffsets(Group)[Partition].Offset.ShouldBe(0);
        (await Groups.DeleteAsync(Group, Deadline)).ShouldBe(ErrorCode.None);

        (await Groups.DeleteAsync(Group, Deadline)).ShouldBe(ErrorCode.GroupIdNotFound);
        Groups.Describe(Group).State.ShouldBe(GroupState.Dead);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_clients_have_committed_is_there_after_a_restart_and_their_memberships_are_not()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Deadline))
        {
            await broker.Topics.CreateAsync("t", cancellationToken: Deadline);
            var groups = new ClientGroups(broker, TimeSpan.Zero);
            JoinResult member = await groups.Join(Request());
            var offset = new OffsetAndMetadata(0, "note");
            (await groups.CommitAsync(
                Group, new Committer(member.Generation, new MemberIdentity(member.MemberId, null)), [KeyValuePair.Create(Partition, (OffsetAndMetadata?)offset)], Deadline))
                .ShouldBe(ErrorCode.RebalanceInProgress);
            await groups.Sync(new SyncRequest(Group, member.Generation, new MemberIdentity(member.MemberId, null), null, null, []));
            (await groups.CommitAsync(
                Group, new Committer(member.Generation, new MemberIdentity(member.MemberId, null)), [KeyValuePair.Create(Partition, (OffsetAndMetadata?)offset)], Deadline))
                .ShouldBe(ErrorCode.None);
        }

        await using EmbeddedBroker again = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Deadline);

        var restarted = new ClientGroups(again, TimeSpan.Zero);
        restarted.GetOffsets(Group)[Partition].ShouldBe(new OffsetAndMetadata(0, "note"));
        restarted.Describe(Group).State.ShouldBe(GroupState.Empty);
    }
}
