namespace Ganglion.Conformance;

/// <summary>What <see cref="IEventReader"/> promises.</summary>
public abstract class ReaderConformance(BrokerFixture fixture) : BrokerConformance(fixture)
{
    [Fact]
    public async Task Records_are_read_in_the_order_in_which_they_were_appended()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, Enumerable.Range(0, 500).Select(i => $"{i}"));

        await using IEventReader reader = await ReadFromBeginningAsync(topic);
        List<ConsumedRecord> records = await TakeAsync(reader, 500);

        Values(records).ShouldBe(Enumerable.Range(0, 500).Select(i => $"{i}"));
        records.Select(record => record.Offset).ShouldBeInOrder();
    }

    [Fact]
    public async Task Every_reader_reads_the_same()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b", "c"]);

        await using IEventReader one = await ReadFromBeginningAsync(topic);
        await using IEventReader other = await ReadFromBeginningAsync(topic);

        (await TakeAsync(one, 3)).Select(record => record.Offset).ShouldBe((await TakeAsync(other, 3)).Select(record => record.Offset));
    }

    [Fact]
    public async Task A_reader_begins_at_a_given_offset()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "before");
        TopicPartitionOffset second = await AppendAsync(topic, null, "from here");

        await using IEventReader reader = await ReadFromAsync(OffsetPosition.At(second.Offset), topic);

        (await TakeAsync(reader, 1))[0].Offset.ShouldBe(second.Offset);
    }

    [Fact]
    public async Task A_reader_that_begins_within_a_batch_gets_nothing_of_what_lies_before()
    {
        string topic = await CreateTopicAsync();
        IReadOnlyList<TopicPartitionOffset> positions = await Producer.AppendAsync(
            [.. Enumerable.Range(0, 10).Select(i => new ProducerRecord(topic, Text(null, $"{i}")))], Deadline);

        await using IEventReader reader = await ReadFromAsync(OffsetPosition.At(positions[7].Offset), topic);

        Values(await TakeAsync(reader, 3)).ShouldBe(["7", "8", "9"]);
    }

    [Fact]
    public async Task A_reader_from_the_end_gets_only_what_comes_later()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, "before");

        await using IEventReader reader = await ReadFromAsync(OffsetPosition.Latest, topic);
        await AppendAsync(topic, null, "after");

        Values(await TakeAsync(reader, 1)).ShouldBe(["after"]);
    }

    [Fact]
    public async Task A_reader_begins_at_a_moment()
    {
        string topic = await CreateTopicAsync();
        var start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        await Producer.AppendAsync(
            [.. Enumerable.Range(0, 5).Select(i => new ProducerRecord(topic, Text(null, $"{i}") with { Timestamp = start.AddMinutes(i) }))],
            Deadline);

        await using IEventReader reader = await ReadFromAsync(OffsetPosition.Since(start.AddMinutes(3)), topic);

        Values(await TakeAsync(reader, 2)).ShouldBe(["3", "4"]);
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_an_append()
    {
        string topic = await CreateTopicAsync();
        await using IEventReader reader = await ReadFromBeginningAsync(topic);

        ValueTask<ConsumedBatch> waiting = reader.ReadAsync(Deadline);
        waiting.IsCompleted.ShouldBeFalse();
        await AppendAsync(topic, null, "hello");

        ConsumedBatch batch = await waiting;
        Values(batch.Records.Count > 0 ? batch.Records : await TakeAsync(reader, 1)).ShouldBe(["hello"]);
    }

    [Fact]
    public async Task A_wait_that_was_given_up_loses_nothing()
    {
        string topic = await CreateTopicAsync();
        await using IEventReader reader = await ReadFromBeginningAsync(topic);
        using var impatience = new CancellationTokenSource();

        ValueTask<ConsumedBatch> waiting = reader.ReadAsync(impatience.Token);
        await impatience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await waiting);
        await AppendAllAsync(topic, ["a", "b"]);

        Values(await TakeAsync(reader, 2)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_reader_at_the_end_is_woken_every_time()
    {
        string topic = await CreateTopicAsync();
        await using IEventReader reader = await ReadFromBeginningAsync(topic);

        for (int i = 0; i < 300; i++)
        {
            Task<List<ConsumedRecord>> waiting = TakeAsync(reader, 1);
            await AppendAsync(topic, null, $"{i}");
            Values(await waiting).ShouldBe([$"{i}"]);
        }
    }

    [Fact]
    public async Task Partitions_that_have_records_take_turns()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        string large = new('x', 1000);
        await AppendAllAsync(topic, Enumerable.Repeat(large, 2000), partition: 0);
        await AppendAsync(topic, null, "small", partition: 1);

        await using IEventReader reader = await Broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = new Dictionary<TopicPartition, OffsetPosition>
                {
                    [new(topic, 0)] = OffsetPosition.Earliest,
                    [new(topic, 1)] = OffsetPosition.Earliest,
                },
                MaxBytes = 64 * 1024,
            },
            Deadline);

        // The large partition goes on being appended to: its reader could stay with it for ever.
        int fromLarge = 0;
        while ((await reader.ReadAsync(Deadline)) is { } batch && batch.Partition.Partition == 0)
        {
            fromLarge += batch.Records.Count;
            fromLarge.ShouldBeLessThan(10_000, "the other partition never had its turn");
            await AppendAllAsync(topic, Enumerable.Repeat(large, batch.Records.Count), partition: 0);
        }
    }

    [Fact]
    public async Task A_read_stays_below_its_limit_except_for_a_single_batch()
    {
        string topic = await CreateTopicAsync();
        for (int i = 0; i < 20; i++)
        {
            await AppendAsync(topic, null, new string('x', 10_000));
        }

        await using IEventReader reader = await Broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = new Dictionary<TopicPartition, OffsetPosition> { [new(topic, 0)] = OffsetPosition.Earliest },
                MaxBytes = 35_000,
            },
            Deadline);

        for (int read = 0; read < 20;)
        {
            ConsumedBatch batch = await reader.ReadAsync(Deadline);
            batch.Records.Sum(record => record.Record.Value!.Value.Length).ShouldBeLessThanOrEqualTo(35_000);
            read += batch.Records.Count;
        }
    }

    [Fact]
    public async Task A_batch_larger_than_the_limit_is_read_nevertheless()
    {
        string topic = await CreateTopicAsync();
        await AppendAsync(topic, null, new string('x', 50_000));

        await using IEventReader reader = await Broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = new Dictionary<TopicPartition, OffsetPosition> { [new(topic, 0)] = OffsetPosition.Earliest },
                MaxBytes = 100,
            },
            Deadline);

        (await TakeAsync(reader, 1))[0].Record.Value!.Value.Length.ShouldBe(50_000);
    }

    [Fact]
    public async Task A_reader_can_be_sent_back()
    {
        string topic = await CreateTopicAsync();
        await AppendAllAsync(topic, ["a", "b", "c"]);
        await using IEventReader reader = await ReadFromBeginningAsync(topic);
        List<ConsumedRecord> first = await TakeAsync(reader, 3);

        reader.Seek(new TopicPartition(topic, 0), first[1].Offset);

        Values(await TakeAsync(reader, 2)).ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task The_position_is_the_next_offset_to_be_read()
    {
        string topic = await CreateTopicAsync();
        var partition = new TopicPartition(topic, 0);
        await AppendAllAsync(topic, ["a", "b"]);
        await using IEventReader reader = await ReadFromBeginningAsync(topic);
        reader.GetPosition(partition).ShouldBe(0);

        List<ConsumedRecord> records = await TakeAsync(reader, 2);
        reader.GetPosition(partition).ShouldBeGreaterThan(records[1].Offset);

        reader.Seek(partition, records[1].Offset);
        reader.GetPosition(partition).ShouldBe(records[1].Offset);
    }

    [Fact]
    public async Task A_batch_tells_where_the_next_one_begins_and_what_is_still_to_be_read()
    {
        string topic = await CreateTopicAsync();
        var partition = new TopicPartition(topic, 0);
        await AppendAllAsync(topic, ["a", "b", "c"]);
        await using IEventReader reader = await ReadFromBeginningAsync(topic);

        ConsumedBatch batch;
        do
        {
            batch = await reader.ReadAsync(Deadline);
            batch.Partition.ShouldBe(partition);
            batch.NextOffset.ShouldBe(reader.GetPosition(partition));
            batch.HighWatermark.ShouldBe(await Broker.Topics.GetOffsetAsync(partition, OffsetPosition.Latest, Deadline));
        }
        while (batch.NextOffset < batch.HighWatermark);
    }

    [Fact]
    public async Task A_reader_of_an_unknown_topic_is_refused()
    {
        TopicException refusal = await Should.ThrowAsync<TopicException>(async () => await ReadFromBeginningAsync(UniqueName()));

        refusal.Code.ShouldBe("topic-not-found");
    }

    [Fact]
    public async Task A_reader_of_an_unknown_partition_is_refused()
    {
        string topic = await CreateTopicAsync(partitions: 2);

        TopicException refusal = await Should.ThrowAsync<TopicException>(async () => await ReadFromBeginningAsync(topic, 2));

        refusal.Code.ShouldBe("topic-not-found");
    }

    [Fact]
    public async Task A_reader_cannot_begin_behind_the_end()
    {
        string topic = await CreateTopicAsync();
        TopicPartitionOffset last = await AppendAsync(topic, null, "only one");

        await Should.ThrowAsync<OffsetOutOfRangeException>(
            async () => await ReadFromAsync(OffsetPosition.At(last.Offset + 1000), topic));
    }

    [Fact]
    public async Task A_reader_learns_that_its_topic_was_deleted()
    {
        string topic = await CreateTopicAsync();
        await using IEventReader reader = await ReadFromBeginningAsync(topic);
        ValueTask<ConsumedBatch> waiting = reader.ReadAsync(Deadline);

        await Broker.Topics.DeleteAsync(topic, Deadline);

        (await Should.ThrowAsync<TopicException>(async () => await waiting)).Code.ShouldBe("topic-not-found");
    }

    [Fact]
    public async Task Readers_and_producers_work_side_by_side()
    {
        const int Total = 5000;
        string topic = await CreateTopicAsync();
        await using IEventReader reader = await ReadFromBeginningAsync(topic);

        Task appending = Task.Run(
            async () =>
            {
                for (int i = 0; i < Total; i += 50)
                {
                    await AppendAllAsync(topic, Enumerable.Range(i, 50).Select(n => $"{n}"));
                }
            },
            Deadline);
        List<ConsumedRecord> records = await TakeAsync(reader, Total);
        await appending;

        Values(records).ShouldBe(Enumerable.Range(0, Total).Select(i => $"{i}"));
    }
}
