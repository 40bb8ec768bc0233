namespace Ganglion.Conformance;

/// <summary>What <see cref="IConsumerGroupAdministration"/> promises.</summary>
public abstract class GroupAdministrationConformance(BrokerFixture fixture) : GroupConformance(fixture)
{
    [Fact]
    public async Task An_unknown_group_is_not_found()
    {
        (await Broker.Groups.FindAsync(GroupId, Deadline)).ShouldBeNull();
    }

    [Fact]
    public async Task A_group_is_described_with_its_members_and_what_they_own()
    {
        string topic = await CreateTopicAsync(partitions: 4);
        ReadingMember a = await JoinAsync("a", Subscription(topic) with { ClientId = "alpha" });
        ReadingMember b = await JoinAsync("b", Subscription(topic) with { ClientId = "beta" });
        await UntilOwnedAsync((a, 2), (b, 2));

        ConsumerGroupDescription group = (await Broker.Groups.FindAsync(GroupId, Deadline)).ShouldNotBeNull();

        group.GroupId.ShouldBe(GroupId);
        group.State.ShouldBe(ConsumerGroupState.Stable);
        ConsumerGroupMember alpha = group.Members.Single(member => member.ClientId == "alpha");
        alpha.MemberId.ShouldBe(a.Consumer.Group.MemberId);
        alpha.Assignment.ShouldBe(Ledger.OwnedBy(a));
        group.Members.Single(member => member.ClientId == "beta").Assignment.ShouldBe(Ledger.OwnedBy(b));
    }

    [Fact]
    public async Task A_group_whose_partitions_change_hands_is_rebalancing()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        var asked = new TaskCompletionSource();
        var finished = new TaskCompletionSource();
        ReadingMember a = await JoinAsync("a", topic, member => member.Revoking = async _ =>
        {
            asked.TrySetResult();
            await finished.Task.WaitAsync(Deadline);
        });
        await UntilOwnedAsync((a, 2));
        ReadingMember b = await JoinAsync("b", topic);
        await asked.Task.WaitAsync(Deadline);

        if (Fixture.ShowsHandOvers)
        {
            (await Broker.Groups.FindAsync(GroupId, Deadline))!.State.ShouldBe(ConsumerGroupState.Rebalancing);
        }

        finished.SetResult();
        await UntilOwnedAsync((a, 1), (b, 1));
        await EventuallyAsync(async () => (await Broker.Groups.FindAsync(GroupId, Deadline))!.State == ConsumerGroupState.Stable);
    }

    [Fact]
    public async Task A_group_without_members_keeps_what_it_has_committed()
    {
        string topic = await CreateTopicAsync();
        await CommitAndLeaveAsync(topic, 2, appended: 5);

        ConsumerGroupDescription group = (await Broker.Groups.FindAsync(GroupId, Deadline)).ShouldNotBeNull();

        group.State.ShouldBe(ConsumerGroupState.Empty);
        group.Members.ShouldBeEmpty();
        group.Offsets.ShouldHaveSingleItem().Committed.Offset.ShouldBe(2);
    }

    [Fact]
    public async Task The_lag_is_what_is_still_to_be_read()
    {
        string topic = await CreateTopicAsync();
        await CommitAndLeaveAsync(topic, 2, appended: 5);
        long latest = await Broker.Topics.GetOffsetAsync(new TopicPartition(topic, 0), OffsetPosition.Latest, Deadline);

        ConsumerGroupDescription group = (await Broker.Groups.FindAsync(GroupId, Deadline)).ShouldNotBeNull();

        group.Offsets.ShouldHaveSingleItem().Latest.ShouldBe(latest);
        group.Lag.ShouldBe(latest - 2);
    }

    [Fact]
    public async Task All_groups_are_listed_by_id()
    {
        string topic = await CreateTopicAsync();
        await CommitAndLeaveAsync(topic, 1, appended: 1);
        ReadingMember other = await JoinAsync("a", Subscription(topic) with { GroupId = GroupId + ".other" });
        await UntilOwnedAsync((other, 1));

        string[] listed = [.. (await Broker.Groups.ListAsync(Deadline)).Select(group => group.GroupId)];

        listed.ShouldContain(GroupId);
        listed.ShouldContain(GroupId + ".other");
        listed.ShouldBe(listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_group_that_was_reset_reads_again()
    {
        string topic = await CreateTopicAsync();
        await CommitAndLeaveAsync(topic, 3, appended: 3);

        await Broker.Groups.ResetAsync(GroupId, Offsets(topic, 1), Deadline);

        Values(await ConsumeAsync(Subscription(topic), 2)).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Partitions_that_a_reset_does_not_name_keep_their_offsets()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        await Broker.Groups.ResetAsync(GroupId, Offsets(topic, 7, "kept", partition: 0), Deadline);

        await Broker.Groups.ResetAsync(GroupId, Offsets(topic, 1, partition: 1), Deadline);

        (await CommittedAsync(topic, 0)).ShouldBe(new OffsetAndMetadata(7, "kept"));
        (await CommittedAsync(topic, 1)).ShouldBe(new OffsetAndMetadata(1));
    }

    [Fact]
    public async Task A_group_that_does_not_exist_yet_can_be_given_offsets()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b"]);

        await Broker.Groups.ResetAsync(GroupId, Offsets(topic, 1), Deadline);

        Values(await ConsumeAsync(Subscription(topic), 1)).ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_group_with_members_cannot_be_reset()
    {
        string topic = await CreateTopicAsync();
        ReadingMember member = await JoinAsync("a", topic);
        await UntilOwnedAsync((member, 1));

        ConsumerGroupException refusal = await Should.ThrowAsync<ConsumerGroupException>(
            async () => await Broker.Groups.ResetAsync(GroupId, Offsets(topic, 0), Deadline));

        refusal.Code.ShouldBe("group-not-empty");
    }

    [Fact]
    public async Task A_group_cannot_be_sent_to_a_topic_that_does_not_exist()
    {
        TopicException refusal = await Should.ThrowAsync<TopicException>(
            async () => await Broker.Groups.ResetAsync(GroupId, Offsets(UniqueName(), 0), Deadline));

        refusal.Code.ShouldBe("topic-not-found");
        (await Broker.Groups.FindAsync(GroupId, Deadline)).ShouldBeNull();
    }

    [Fact]
    public async Task A_deleted_group_is_gone_with_its_offsets()
    {
        string topic = await CreateTopicAsync();
        await CommitAndLeaveAsync(topic, 2, appended: 2);

        await Broker.Groups.DeleteAsync(GroupId, Deadline);

        (await Broker.Groups.FindAsync(GroupId, Deadline)).ShouldBeNull();
        Values(await ConsumeAsync(Subscription(topic), 2)).ShouldBe(["0", "1"]);
    }

    [Fact]
    public async Task An_unknown_group_cannot_be_deleted()
    {
        ConsumerGroupException refusal = await Should.ThrowAsync<ConsumerGroupException>(
            async () => await Broker.Groups.DeleteAsync(GroupId, Deadline));

        refusal.Code.ShouldBe("group-not-found");
    }

    [Fact]
    public async Task A_group_with_members_cannot_be_deleted()
    {
        string topic = await CreateTopicAsync();
        ReadingMember member = await JoinAsync("a", topic);
        await UntilOwnedAsync((member, 1));

        ConsumerGroupException refusal = await Should.ThrowAsync<ConsumerGroupException>(
            async () => await Broker.Groups.DeleteAsync(GroupId, Deadline));

        refusal.Code.ShouldBe("group-not-empty");
    }

    [Fact]
    public async Task Deleting_a_topic_deletes_what_groups_have_committed_for_it()
    {
        string topic = await CreateTopicAsync();
        string other = await CreateTopicAsync();
        await Broker.Groups.ResetAsync(GroupId, Offsets(other, 4), Deadline);
        await Broker.Groups.ResetAsync(GroupId, Offsets(topic, 4), Deadline);

        await Broker.Topics.DeleteAsync(topic, Deadline);

        await EventuallyAsync(async () => await CommittedAsync(topic) is null);
        (await CommittedAsync(other)).ShouldBe(new OffsetAndMetadata(4));
    }

    private async Task CommitAndLeaveAsync(string topic, long offset, int appended)
    {
        await AppendAllAsync(topic, Enumerable.Range(0, appended).Select(i => $"{i}"));
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, appended);
        await consumer.CommitAsync(Offsets(topic, offset), Deadline);
    }
}
