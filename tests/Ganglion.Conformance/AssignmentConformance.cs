namespace Ganglion.Conformance;

/// <summary>How a group shares partitions out, and how they change hands.</summary>
public abstract class AssignmentConformance(BrokerFixture fixture) : GroupConformance(fixture)
{
    [Fact]
    public async Task A_single_member_owns_every_partition()
    {
        string topic = await CreateTopicAsync(partitions: 4);

        ReadingMember member = await JoinAsync("a", topic);
        await UntilOwnedAsync((member, 4));

        member.Consumer.Assignment.ShouldBe(Enumerable.Range(0, 4).Select(n => new TopicPartition(topic, n)), ignoreOrder: true);
    }

    [Fact]
    public async Task Members_share_the_partitions_evenly_and_each_partition_has_one_owner()
    {
        string topic = await CreateTopicAsync(partitions: 6);

        ReadingMember a = await JoinAsync("a", topic);
        ReadingMember b = await JoinAsync("b", topic);
        ReadingMember c = await JoinAsync("c", topic);
        await UntilOwnedAsync((a, 2), (b, 2), (c, 2));

        Ledger.Owners.Count.ShouldBe(6);
        Ledger.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_member_too_many_owns_nothing_until_it_is_needed()
    {
        string topic = await CreateTopicAsync(partitions: 1);
        ReadingMember a = await JoinAsync("a", topic);
        await UntilOwnedAsync((a, 1));
        ReadingMember b = await JoinAsync("b", topic);

        await a.DisposeAsync();
        await UntilOwnedAsync((b, 1));

        Ledger.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_partition_of_topics_with_equally_many_goes_to_the_same_member()
    {
        string orders = await CreateTopicAsync(partitions: 4);
        string payments = await CreateTopicAsync(partitions: 4);

        ReadingMember a = await JoinAsync("a", Subscription(orders, payments));
        ReadingMember b = await JoinAsync("b", Subscription(payments, orders));
        await UntilOwnedAsync((a, 4), (b, 4));

        for (int partition = 0; partition < 4; partition++)
        {
            Ledger.Owners[new(orders, partition)].ShouldBe(Ledger.Owners[new(payments, partition)]);
        }
    }

    [Fact]
    public async Task A_partition_is_given_away_only_after_its_owner_has_finished_with_it()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        var asked = new TaskCompletionSource();
        var finished = new TaskCompletionSource();
        ReadingMember a = await JoinAsync("a", topic, member => member.Revoking = async _ =>
        {
            asked.TrySetResult();
            await finished.Task.WaitAsync(Deadline);
            Ledger.Note("a finished");
        });
        await UntilOwnedAsync((a, 2));

        ReadingMember b = await JoinAsync("b", topic);
        await asked.Task.WaitAsync(Deadline);

        // Another group that nobody holds up, for comparison: when that is done, so much time has gone by.
        ConsumerOptions others = Subscription(await CreateTopicAsync(partitions: 2)) with { GroupId = UniqueName("others") };
        ReadingMember c = await JoinAsync("c", others);
        await UntilOwnedAsync((c, 2));
        ReadingMember d = await JoinAsync("d", others);
        await UntilOwnedAsync((c, 1), (d, 1));
        Ledger.OwnedBy(b).ShouldBeEmpty();
        finished.SetResult();
        await UntilOwnedAsync((a, 1), (b, 1));

        TopicPartition moved = Ledger.OwnedBy(b)[0];
        Ledger.Happenings.ToList().IndexOf("a finished").ShouldBeLessThan(Ledger.Happenings.ToList().IndexOf($"b assigned {moved}"));
        Ledger.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_owner_can_still_commit_while_it_is_asked_to_give_a_partition_back()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        await AppendAllAsync(topic, ["x", "y"], partition: 0);
        await AppendAllAsync(topic, ["x", "y"], partition: 1);
        ReadingMember a = await JoinAsync("a", topic, member => member.Revoking = async partitions =>
            await member.Consumer.CommitAsync(
                partitions.ToDictionary(partition => partition, _ => new OffsetAndMetadata(1, "last words")), Deadline));
        await UntilAsync(() => Ledger.Records.Count == 4);

        ReadingMember b = await JoinAsync("b", topic);
        await UntilOwnedAsync((a, 1), (b, 1));

        Ledger.Committed[Ledger.OwnedBy(b)[0]].ShouldBe(new OffsetAndMetadata(1, "last words"));
    }

    [Fact]
    public async Task A_member_that_leaves_hands_its_partitions_over_at_once()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        ReadingMember a = await JoinAsync("a", topic);
        ReadingMember b = await JoinAsync("b", topic);
        await UntilOwnedAsync((a, 1), (b, 1));

        // The time-outs are far longer than a test's patience.
        await a.DisposeAsync();
        await UntilOwnedAsync((b, 2));

        Ledger.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_member_whose_loop_no_longer_reads_loses_its_partitions()
    {
        string topic = await CreateTopicAsync(partitions: 1);
        await AppendAsync(topic, null, "stuck");
        var release = new TaskCompletionSource();
        ReadingMember a = await JoinAsync("a", ShortLived(topic), member => member.Handling = _ => release.Task);
        await UntilAsync(() => Ledger.Records.Count == 1);

        ReadingMember b = await JoinAsync("b", ShortLived(topic));
        await UntilOwnedAsync((b, 1));

        FencedException fenced = await Should.ThrowAsync<FencedException>(
            async () => await a.Consumer.CommitAsync(Offsets(topic, 1), Deadline));
        fenced.Code.ShouldBe("member-fenced");

        a.Handling = null;
        release.SetResult();
        await UntilAsync(() => Ledger.Happenings.Contains($"a lost {topic}-0"));
    }

    [Fact]
    public async Task A_member_that_was_given_up_comes_back_as_another()
    {
        string topic = await CreateTopicAsync(partitions: 1);
        await AppendAsync(topic, null, "stuck");
        var release = new TaskCompletionSource();
        ReadingMember a = await JoinAsync("a", ShortLived(topic), member => member.Handling = _ => release.Task);
        await UntilAsync(() => Ledger.Records.Count == 1);
        ReadingMember b = await JoinAsync("b", ShortLived(topic));
        await UntilOwnedAsync((b, 1));

        a.Handling = null;
        release.SetResult();
        await UntilAsync(() => Ledger.Happenings.Contains($"a lost {topic}-0"));
        await b.DisposeAsync();

        await UntilOwnedAsync((a, 1));
    }

    [Fact]
    public async Task The_metadata_of_a_member_changes_with_every_rebalance()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        ReadingMember a = await JoinAsync("a", topic);
        await UntilOwnedAsync((a, 2));
        ConsumerGroupMetadata before = a.Consumer.Group;

        ReadingMember b = await JoinAsync("b", topic);
        await UntilOwnedAsync((a, 1), (b, 1));

        before.GroupId.ShouldBe(GroupId);
        a.Consumer.Group.ShouldNotBe(before);
        a.Consumer.Group.MemberId.ShouldNotBe(b.Consumer.Group.MemberId);
    }

    [Fact]
    public async Task Partitions_of_a_deleted_topic_go_and_the_others_stay()
    {
        string kept = await CreateTopicAsync(partitions: 1);
        string deleted = await CreateTopicAsync(partitions: 2);
        ReadingMember a = await JoinAsync("a", Subscription(kept, deleted));
        await UntilOwnedAsync((a, 3));

        await Broker.Topics.DeleteAsync(deleted, Deadline);
        await UntilOwnedAsync((a, 1));
        await AppendAsync(kept, null, "still read");

        await UntilAsync(() => Ledger.Records.Count == 1);
    }

    [Fact]
    public async Task The_listener_is_called_from_within_reads_only()
    {
        string topic = await CreateTopicAsync(partitions: 3);

        ReadingMember a = await JoinAsync("a", topic);
        ReadingMember b = await JoinAsync("b", topic);
        await UntilAsync(() => Ledger.OwnedBy(a).Count > 0 && Ledger.OwnedBy(b).Count > 0);
        await a.DisposeAsync();
        await UntilOwnedAsync((b, 3));

        Ledger.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_lost_while_members_come_and_go()
    {
        const int PerPartition = 400;
        string topic = await CreateTopicAsync(partitions: 4);
        var handled = new HashSet<(int Partition, string Value)>();
        async Task HandleAsync(ReadingMember member, ConsumedBatch batch)
        {
            lock (handled)
            {
                foreach (ConsumedRecord record in batch.Records)
                {
                    handled.Add((batch.Partition.Partition, Value(record.Record)!));
                }
            }

            try
            {
                await member.Consumer.CommitAsync(Offsets(topic, batch.NextOffset, partition: batch.Partition.Partition), Deadline);
            }
            catch (FencedException)
            {
                // The partition moved on before the commit: its next owner reads these again.
            }

            Ledger.Note("handled");
        }

        Task<ReadingMember> Join(string name) =>
            JoinAsync(name, topic, member => member.Handling = batch => HandleAsync(member, batch));

        Task appending = Task.Run(
            async () =>
            {
                for (int i = 0; i < PerPartition; i += 20)
                {
                    for (int partition = 0; partition < 4; partition++)
                    {
                        await AppendAllAsync(topic, Enumerable.Range(i, 20).Select(n => $"{n}"), partition);
                    }
                }
            },
            Deadline);

        ReadingMember a = await Join("a");
        await UntilAsync(() => Ledger.Records.Count > 0);
        ReadingMember b = await Join("b");
        await UntilAsync(() => Ledger.OwnedBy(b).Count > 0);
        ReadingMember c = await Join("c");
        await UntilAsync(() => Ledger.OwnedBy(c).Count > 0);
        await a.DisposeAsync();
        await UntilAsync(() => Ledger.OwnedBy(b).Count + Ledger.OwnedBy(c).Count == 4);
        await b.DisposeAsync();
        await appending;

        await UntilAsync(() =>
        {
            lock (handled)
            {
                return handled.Count == 4 * PerPartition;
            }
        });
        Ledger.Faults.ShouldBeEmpty();
    }
}
