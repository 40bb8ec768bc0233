namespace Ganglion.Conformance;

/// <summary>How a member of a group reads, waits, pauses, seeks and commits.</summary>
public abstract class ConsumptionConformance(BrokerFixture fixture) : GroupConformance(fixture)
{
    [Fact]
    public async Task A_new_group_reads_from_the_beginning()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b", "c"]);

        Values(await ConsumeAsync(Subscription(topic), 3)).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task A_new_group_can_begin_at_the_end()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "old");
        ReadingMember member = await JoinAsync("a", Subscription(topic) with { AutoOffsetReset = AutoOffsetReset.Latest });
        await UntilOwnedAsync((member, 1));

        // What is appended while the member finds the end of the log may lie before it: so append until something comes.
        for (int i = 0; Ledger.Records.Count == 0; i++)
        {
            await AppendAsync(topic, null, $"new {i}");
        }

        Ledger.Records.ShouldAllBe(entry => Value(entry.Record.Record)!.StartsWith("new"));
    }

    [Fact]
    public async Task A_group_goes_on_where_it_has_committed()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b", "c"]);
        await using (IEventConsumer first = await Broker.CreateConsumerAsync(Subscription(topic), Deadline))
        {
            List<ConsumedRecord> records = await TakeAsync(first, 3);
            await first.CommitAsync(Offsets(topic, records[1].Offset + 1), Deadline);
        }

        Values(await ConsumeAsync(Subscription(topic), 1)).ShouldBe(["c"]);
    }

    [Fact]
    public async Task What_was_not_committed_is_read_again()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b"]);
        await ConsumeAsync(Subscription(topic), 2);

        Values(await ConsumeAsync(Subscription(topic), 2)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Every_group_reads_everything()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b"]);

        foreach (string group in new[] { UniqueName("group"), UniqueName("group") })
        {
            Values(await ConsumeAsync(Subscription(topic) with { GroupId = group }, 2)).ShouldBe(["a", "b"]);
        }
    }

    [Fact]
    public async Task A_committed_offset_outside_of_the_log_is_not_used()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b"]);
        await Broker.Groups.ResetAsync(GroupId, Offsets(topic, 1_000_000), Deadline);

        Values(await ConsumeAsync(Subscription(topic), 2)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task The_records_of_each_partition_come_in_order()
    {
        string topic = await CreateTopicAsync(partitions: 3);
        await Producer.AppendAsync([.. Enumerable.Range(0, 900).Select(i => new ProducerRecord(topic, Text(null, $"{i}"), i % 3))], Deadline);

        await JoinAsync("a", Subscription(topic) with { MaxBytes = 1000 });
        await UntilAsync(() => Ledger.Records.Count == 900);

        foreach (var partition in Ledger.Records.GroupBy(entry => entry.Partition))
        {
            partition.Select(entry => entry.Record.Offset).ShouldBeInOrder();
        }
    }

    [Fact]
    public async Task A_waiting_member_is_woken_by_an_append()
    {
        string topic = await CreateTopicAsync();
        ReadingMember member = await JoinAsync("a", topic);
        await UntilOwnedAsync((member, 1));

        await AppendAsync(topic, null, "hello");

        await UntilAsync(() => Ledger.Records.Count == 1);
    }

    [Fact]
    public async Task A_wait_that_was_given_up_loses_nothing()
    {
        string topic = await CreateTopicAsync();
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        using (var impatience = new CancellationTokenSource())
        {
            ValueTask<ConsumedBatch> waiting = consumer.ReadAsync(impatience.Token);
            await impatience.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(async () => await waiting);
        }

        await AppendAllAsync(topic, ["a", "b"]);

        Values(await TakeAsync(consumer, 2)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task What_was_committed_is_handed_to_the_next_owner_with_its_metadata()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        await AppendAllAsync(topic, ["a", "b"], partition: 0);
        await using (IEventConsumer first = await Broker.CreateConsumerAsync(Subscription(topic), Deadline))
        {
            await TakeAsync(first, 2);
            await first.CommitAsync(Offsets(topic, 1, "done: 1, 3–7 ✓"), Deadline);
        }

        ReadingMember next = await JoinAsync("next", topic);
        await UntilOwnedAsync((next, 2));

        Ledger.Committed[new(topic, 0)].ShouldBe(new OffsetAndMetadata(1, "done: 1, 3–7 ✓"));
        Ledger.Committed[new(topic, 1)].ShouldBeNull();
    }

    [Fact]
    public async Task Metadata_may_have_4096_bytes()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "a");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, 1);

        await consumer.CommitAsync(Offsets(topic, 1, new string('m', 4096)), Deadline);

        (await CommittedAsync(topic))!.Value.Metadata!.Length.ShouldBe(4096);
    }

    [Fact]
    public async Task Longer_metadata_is_refused()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "a");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, 1);

        ConsumerGroupException refusal = await Should.ThrowAsync<ConsumerGroupException>(
            async () => await consumer.CommitAsync(Offsets(topic, 1, new string('é', 2049)), Deadline));

        refusal.Code.ShouldBe("offset-metadata-too-large");
        (await CommittedAsync(topic)).ShouldBeNull();
    }

    [Fact]
    public async Task The_last_commit_counts()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b", "c"]);
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, 3);

        await consumer.CommitAsync(Offsets(topic, 3, "far"), Deadline);
        await consumer.CommitAsync(Offsets(topic, 1), Deadline);

        (await CommittedAsync(topic)).ShouldBe(new OffsetAndMetadata(1));
    }

    [Fact]
    public async Task A_member_that_has_left_cannot_commit()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "a");
        IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, 1);
        await consumer.DisposeAsync();

        FencedException fenced = await Should.ThrowAsync<FencedException>(
            async () => await consumer.CommitAsync(Offsets(topic, 1), Deadline));

        fenced.Code.ShouldBe("member-fenced");
    }

    [Fact]
    public async Task A_paused_partition_is_not_delivered_and_stays_owned()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        var paused = new TopicPartition(topic, 0);
        ReadingMember member = await JoinAsync("a", topic, member => member.Assigning = () =>
        {
            member.Consumer.Pause([paused]);
            return Task.CompletedTask;
        });
        await UntilOwnedAsync((member, 2));

        await AppendAllAsync(topic, ["held"], partition: 0);
        await AppendAllAsync(topic, ["flows"], partition: 1);
        await UntilAsync(() => Ledger.Records.Count == 1);
        await AppendAllAsync(topic, ["flows on"], partition: 1);
        await UntilAsync(() => Ledger.Records.Count == 2);

        Ledger.Records.ShouldAllBe(entry => entry.Partition.Partition == 1);
        member.Consumer.Assignment.ShouldContain(paused);
    }

    [Fact]
    public async Task A_resumed_partition_goes_on_where_it_was()
    {
        string topic = await CreateTopicAsync();
        var partition = new TopicPartition(topic, 0);
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await AppendAsync(topic, null, "a");
        Values(await TakeAsync(consumer, 1)).ShouldBe(["a"]);

        consumer.Pause([partition]);
        await AppendAllAsync(topic, ["b", "c"]);
        consumer.Resume([partition]);

        Values(await TakeAsync(consumer, 2)).ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task A_waiting_member_is_woken_by_a_resume()
    {
        string topic = await CreateTopicAsync();
        var partition = new TopicPartition(topic, 0);
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await AppendAsync(topic, null, "a");
        await TakeAsync(consumer, 1);
        consumer.Pause([partition]);
        await AppendAsync(topic, null, "b");

        Task<List<ConsumedRecord>> waiting = TakeAsync(consumer, 1);
        waiting.IsCompleted.ShouldBeFalse();
        consumer.Resume([partition]);

        Values(await waiting).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Pausing_what_is_not_owned_is_ignored()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "a");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);

        consumer.Pause([new TopicPartition("somebody-elses", 3)]);
        consumer.Resume([new TopicPartition("somebody-elses", 3)]);

        Values(await TakeAsync(consumer, 1)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_member_can_be_sent_back()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b", "c"]);
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        List<ConsumedRecord> records = await TakeAsync(consumer, 3);

        consumer.Seek(new TopicPartition(topic, 0), records[1].Offset);

        Values(await TakeAsync(consumer, 2)).ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task A_listener_can_choose_where_to_begin()
    {
        string topic = await CreateTopicAsync();
        IReadOnlyList<TopicPartitionOffset> positions = await Producer.AppendAsync(
            [.. new[] { "a", "b", "c" }.Select(value => new ProducerRecord(topic, Text(null, value)))], Deadline);

        await JoinAsync("a", topic, member => member.Assigning = () =>
        {
            member.Consumer.Seek(new TopicPartition(topic, 0), positions[2].Offset);
            return Task.CompletedTask;
        });
        await UntilAsync(() => Ledger.Records.Count > 0);

        Value(Ledger.Records[0].Record.Record).ShouldBe("c");
    }

    [Fact]
    public async Task Subscribing_creates_a_topic_that_does_not_exist()
    {
        string topic = UniqueName();
        ReadingMember member = await JoinAsync("a", topic);

        await AppendAsync(topic, null, "first");
        await UntilAsync(() => Ledger.Records.Count == 1);

        Ledger.OwnedBy(member).ShouldContain(new TopicPartition(topic, 0));
    }

    [Fact]
    public async Task A_member_of_several_topics_reads_them_all()
    {
        string[] topics = [await CreateTopicAsync(), await CreateTopicAsync(partitions: 2), await CreateTopicAsync(partitions: 5)];
        foreach (string topic in topics)
        {
            await AppendAsync(topic, "key", topic);
        }

        await JoinAsync("a", Subscription(topics));
        await UntilAsync(() => Ledger.Records.Count == 3);

        Ledger.Records.Select(entry => Value(entry.Record.Record)).ShouldBe(topics, ignoreOrder: true);
    }
}
