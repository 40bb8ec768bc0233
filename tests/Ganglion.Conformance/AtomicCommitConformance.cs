using System.Globalization;

namespace Ganglion.Conformance;

/// <summary>What <see cref="IEventProducer.CommitAsync"/> promises: all or nothing.</summary>
public abstract class AtomicCommitConformance(BrokerFixture fixture) : GroupConformance(fixture)
{
    [Fact]
    public async Task Records_of_several_topics_are_committed_together()
    {
        string orders = await CreateTopicAsync();
        string payments = await CreateTopicAsync(partitions: 2);

        IReadOnlyList<TopicPartitionOffset> positions = await Producer.CommitAsync(
            new AtomicCommit
            {
                Records =
                [
                    new(orders, Text(null, "order")),
                    new(payments, Text(null, "payment 0"), 0),
                    new(payments, Text(null, "payment 1"), 1),
                ],
            },
            Deadline);

        positions.Select(position => position.Partition).ShouldBe([new(orders, 0), new(payments, 0), new(payments, 1)]);
        Values(await ReadAllAsync(orders)).ShouldBe(["order"]);
        Values(await ReadAllAsync(payments, 0)).ShouldBe(["payment 0"]);
        Values(await ReadAllAsync(payments, 1)).ShouldBe(["payment 1"]);
    }

    [Fact]
    public async Task A_commit_tells_where_its_records_lie()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "before");

        IReadOnlyList<TopicPartitionOffset> positions = await Producer.CommitAsync(
            new AtomicCommit { Records = [new(topic, Text(null, "a")), new(topic, Text(null, "b"))] }, Deadline);

        List<ConsumedRecord> records = await ReadAllAsync(topic);
        positions.Select(position => position.Offset).ShouldBe(records.Skip(1).Select(record => record.Offset));
    }

    [Fact]
    public async Task The_records_of_a_partition_keep_their_order()
    {
        string topic = await CreateTopicAsync();

        await Producer.CommitAsync(
            new AtomicCommit { Records = [.. Enumerable.Range(0, 500).Select(i => new ProducerRecord(topic, Text(null, $"{i}")))] }, Deadline);

        Values(await ReadAllAsync(topic)).ShouldBe(Enumerable.Range(0, 500).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Records_and_offsets_are_committed_together()
    {
        string input = await CreateTopicAsync();
        string output = await CreateTopicAsync();
        TopicPartitionOffset position = await AppendAsync(input, null, "in");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(input), Deadline);
        await TakeAsync(consumer, 1);

        await Producer.CommitAsync(
            new AtomicCommit
            {
                Records = [new(output, Text(null, "out"))],
                Group = consumer.Group,
                Offsets = Offsets(input, position.Offset + 1, "done"),
            },
            Deadline);

        Values(await ReadAllAsync(output)).ShouldBe(["out"]);
        (await CommittedAsync(input)).ShouldBe(new OffsetAndMetadata(position.Offset + 1, "done"));
    }

    [Fact]
    public async Task Offsets_alone_can_be_committed()
    {
        string topic = await CreateTopicAsync();
        TopicPartitionOffset position = await AppendAsync(topic, null, "in");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(topic), Deadline);
        await TakeAsync(consumer, 1);

        await Producer.CommitAsync(new AtomicCommit { Group = consumer.Group, Offsets = Offsets(topic, position.Offset + 1) }, Deadline);

        (await CommittedAsync(topic))!.Value.Offset.ShouldBe(position.Offset + 1);
    }

    [Fact]
    public async Task Offsets_without_a_group_are_refused()
    {
        string topic = await CreateTopicAsync();

        await Should.ThrowAsync<ArgumentException>(
            async () => await Producer.CommitAsync(new AtomicCommit { Offsets = Offsets(topic, 1) }, Deadline));
    }

    [Fact]
    public async Task An_empty_commit_writes_nothing()
    {
        (await Producer.CommitAsync(new AtomicCommit(), Deadline)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_of_a_member_that_has_left_leaves_nothing()
    {
        string input = await CreateTopicAsync();
        string output = await CreateTopicAsync();
        await AppendAsync(input, null, "in");
        IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(input), Deadline);
        await TakeAsync(consumer, 1);
        ConsumerGroupMetadata past = consumer.Group;
        await consumer.DisposeAsync();

        FencedException fenced = await Should.ThrowAsync<FencedException>(async () => await Producer.CommitAsync(
            new AtomicCommit { Records = [new(output, Text(null, "ghost"))], Group = past, Offsets = Offsets(input, 1) }, Deadline));

        fenced.Code.ShouldBe("member-fenced");
        await AppendAsync(output, null, "next");
        Values(await ReadAllAsync(output)).ShouldBe(["next"]);
        (await CommittedAsync(input)).ShouldBeNull();
    }

    [Fact]
    public async Task A_commit_of_who_does_not_own_the_partition_leaves_nothing()
    {
        string input = await CreateTopicAsync(partitions: 2);
        string output = await CreateTopicAsync();
        ReadingMember a = await JoinAsync("a", input);
        ReadingMember b = await JoinAsync("b", input);
        await UntilOwnedAsync((a, 1), (b, 1));
        TopicPartition notHis = Ledger.OwnedBy(b)[0];

        await Should.ThrowAsync<FencedException>(async () => await Producer.CommitAsync(
            new AtomicCommit
            {
                Records = [new(output, Text(null, "ghost"))],
                Group = a.Consumer.Group,
                Offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [notHis] = new(1) },
            },
            Deadline));

        await AppendAsync(output, null, "next");
        Values(await ReadAllAsync(output)).ShouldBe(["next"]);
        (await CommittedAsync(input, notHis.Partition)).ShouldBeNull();
    }

    [Fact]
    public async Task A_commit_with_one_record_above_the_limit_leaves_nothing()
    {
        string input = await CreateTopicAsync();
        string output = await CreateTopicAsync();
        await AppendAsync(input, null, "in");
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(Subscription(input), Deadline);
        await TakeAsync(consumer, 1);

        await Should.ThrowAsync<RecordTooLargeException>(async () => await Producer.CommitAsync(
            new AtomicCommit
            {
                Records = [new(output, Text(null, "small")), new(output, Text(null, new string('x', 2_000_000)))],
                Group = consumer.Group,
                Offsets = Offsets(input, 1),
            },
            Deadline));

        await AppendAsync(output, null, "next");
        Values(await ReadAllAsync(output)).ShouldBe(["next"]);
        (await CommittedAsync(input)).ShouldBeNull();
    }

    [Fact]
    public async Task A_commit_with_one_wrong_topic_leaves_nothing()
    {
        string output = await CreateTopicAsync();

        await Should.ThrowAsync<TopicException>(async () => await Producer.CommitAsync(
            new AtomicCommit { Records = [new(output, Text(null, "right")), new("no/such name", Text(null, "wrong"))] }, Deadline));

        await AppendAsync(output, null, "next");
        Values(await ReadAllAsync(output)).ShouldBe(["next"]);
    }

    [Fact]
    public async Task What_is_read_while_others_commit_is_whole_in_the_end()
    {
        const int Commits = 100;
        string left = await CreateTopicAsync();
        string right = await CreateTopicAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            await using IEventProducer own = await Broker.CreateProducerAsync(
                new ProducerOptions { TransactionalId = UniqueName("producer") }, Deadline);
            for (int i = 0; i < Commits; i++)
            {
                string id = string.Create(CultureInfo.InvariantCulture, $"{writer}-{i}");
                ProducerRecord[] records = [new(left, Text(null, id)), new(right, Text(null, id)), new("no/such name", Text(null, id))];
                bool isRefused = i % 10 == 9;
                try
                {
                    await own.CommitAsync(new AtomicCommit { Records = isRefused ? records : records[..2] }, Deadline);
                }
                catch (TopicException) when (isRefused)
                {
                    // And nothing of it may be found.
                }
            }
        }));

        List<ConsumedRecord> onTheLeft = await ReadAllAsync(left);
        onTheLeft.Count.ShouldBe(4 * Commits * 9 / 10);
        Values(onTheLeft).ShouldBe(Values(await ReadAllAsync(right)), ignoreOrder: true);
    }

    [Fact]
    public async Task A_chain_of_commits_moves_every_record_exactly_once()
    {
        const int Total = 300;
        string input = await CreateTopicAsync(partitions: 2);
        string output = await CreateTopicAsync();
        await Producer.AppendAsync([.. Enumerable.Range(0, Total).Select(i => new ProducerRecord(input, Text($"{i}", $"{i}")))], Deadline);
        Task<ReadingMember> Join(string name) => JoinAsync(name, Subscription(input) with { MaxBytes = 200 }, member => member.Handling = async batch =>
        {
            try
            {
                await Producer.CommitAsync(
                    new AtomicCommit
                    {
                        Records = [.. batch.Records.Select(record => new ProducerRecord(output, record.Record, 0))],
                        Group = member.Consumer.Group,
                        Offsets = Offsets(input, batch.NextOffset, partition: batch.Partition.Partition),
                    },
                    Deadline);
            }
            catch (FencedException) when (batch.Records is [ConsumedRecord first, ..])
            {
                // Its next owner does it; which may be this member, if the group has gone on and left it the partition.
                if (Ledger.OwnedBy(member).Contains(batch.Partition))
                {
                    member.Consumer.Seek(batch.Partition, first.Offset);
                }
            }

            Ledger.Note("moved");
        });

        ReadingMember a = await Join("a");
        await Join("b");
        await UntilAsync(() => Ledger.Records.Count > 0);
        await a.DisposeAsync();

        await EventuallyAsync(async () => (await ReadAllAsync(output)).Count >= Total);
        Values(await ReadAllAsync(output)).Select(value => int.Parse(value!, CultureInfo.InvariantCulture)).Order()
            .ShouldBe(Enumerable.Range(0, Total));
    }
}
