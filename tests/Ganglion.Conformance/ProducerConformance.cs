using System.Text;
using Ganglion.Events;

namespace Ganglion.Conformance;

/// <summary>What <see cref="IEventProducer"/> promises.</summary>
public abstract class ProducerConformance(BrokerFixture fixture) : BrokerConformance(fixture)
{
    [Fact]
    public async Task An_append_tells_where_its_record_lies()
    {
        string topic = await CreateTopicAsync();

        TopicPartitionOffset position = await AppendAsync(topic, null, "here");

        await using IEventReader reader = await ReadFromAsync(OffsetPosition.At(position.Offset), topic);
        Value((await TakeAsync(reader, 1))[0].Record).ShouldBe("here");
        position.Partition.ShouldBe(new TopicPartition(topic, 0));
    }

    [Fact]
    public async Task A_batch_tells_where_each_of_its_records_lies()
    {
        string topic = await CreateTopicAsync(partitions: 3);
        ProducerRecord[] records = [.. Enumerable.Range(0, 30).Select(i => new ProducerRecord(topic, Text($"key {i}", $"{i}")))];

        IReadOnlyList<TopicPartitionOffset> positions = await Producer.AppendAsync(records, Deadline);

        positions.Count.ShouldBe(30);
        var stored = new Dictionary<TopicPartitionOffset, string?>();
        for (int partition = 0; partition < 3; partition++)
        {
            foreach (ConsumedRecord record in await ReadAllAsync(topic, partition))
            {
                stored[new(new(topic, partition), record.Offset)] = Value(record.Record);
            }
        }

        positions.Select(position => stored[position]).ShouldBe(Enumerable.Range(0, 30).Select(i => $"{i}"));
    }

    [Fact]
    public async Task A_batch_keeps_the_order_of_each_partition()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        ProducerRecord[] records = [.. Enumerable.Range(0, 1000).Select(i => new ProducerRecord(topic, Text(null, $"{i}"), i % 2))];

        await Producer.AppendAsync(records, Deadline);

        Values(await ReadAllAsync(topic, 0)).ShouldBe(Enumerable.Range(0, 500).Select(i => $"{2 * i}"));
        Values(await ReadAllAsync(topic, 1)).ShouldBe(Enumerable.Range(0, 500).Select(i => $"{(2 * i) + 1}"));
    }

    [Fact]
    public async Task Appends_that_are_not_awaited_keep_their_order()
    {
        string topic = await CreateTopicAsync();

        Task<TopicPartitionOffset>[] appends = [.. Enumerable.Range(0, 1000).Select(i => AppendAsync(topic, null, $"{i}").AsTask())];
        await Task.WhenAll(appends);

        Values(await ReadAllAsync(topic)).ShouldBe(Enumerable.Range(0, 1000).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Many_producers_append_side_by_side()
    {
        string topic = await CreateTopicAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async producer =>
        {
            await using IEventProducer own = await Broker.CreateProducerAsync(cancellationToken: Deadline);
            for (int i = 0; i < 100; i++)
            {
                await own.AppendAsync(new ProducerRecord(topic, Text($"{producer}", $"{i}")), Deadline);
            }
        }));

        List<ConsumedRecord> records = await ReadAllAsync(topic);
        records.Count.ShouldBe(800);
        foreach (IGrouping<string?, ConsumedRecord> own in records.GroupBy(record => Encoding.UTF8.GetString(record.Record.Key!.Value.Span)))
        {
            Values(own).ShouldBe(Enumerable.Range(0, 100).Select(i => $"{i}"));
        }
    }

    [Fact]
    public async Task What_a_producer_has_to_send_again_is_stored_once_and_in_its_place()
    {
        string topic = await CreateTopicAsync();
        await Fixture.DisturbProducersAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async producer =>
        {
            await using IEventProducer own = await Broker.CreateProducerAsync(cancellationToken: Deadline);
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
                own.AppendAsync(new ProducerRecord(topic, Text($"{producer}", $"{i}")), Deadline).AsTask()));
        }));

        List<ConsumedRecord> records = await ReadAllAsync(topic);
        records.Count.ShouldBe(800);
        foreach (IGrouping<string?, ConsumedRecord> own in records.GroupBy(record => Encoding.UTF8.GetString(record.Record.Key!.Value.Span)))
        {
            Values(own).ShouldBe(Enumerable.Range(0, 200).Select(i => $"{i}"));
        }
    }

    [Fact]
    public async Task A_refused_append_leaves_nothing_and_can_be_made_again()
    {
        string topic = await CreateTopicAsync(settings: new TopicSettings { MaxMessageBytes = 2000 });
        ProducerRecord small = new(topic, Text(null, "small"));

        await Should.ThrowAsync<RecordTooLargeException>(
            async () => await Producer.AppendAsync([new ProducerRecord(topic, Text(null, new string('x', 2500)))], Deadline));
        await Producer.AppendAsync([small], Deadline);

        Values(await ReadAllAsync(topic)).ShouldBe(["small"]);
    }

    [Fact]
    public async Task A_key_lies_where_Kafkas_clients_put_it()
    {
        string topic = await CreateTopicAsync(partitions: 7);

        for (int i = 0; i < 50; i++)
        {
            TopicPartitionOffset position = await AppendAsync(topic, $"customer-{i}", "x");
            position.Partition.Partition.ShouldBe(Murmur2.PartitionOf(Encoding.UTF8.GetBytes($"customer-{i}"), 7));
        }
    }

    [Fact]
    public async Task An_empty_key_is_a_key()
    {
        string topic = await CreateTopicAsync(partitions: 7);

        TopicPartitionOffset position = await AppendAsync(topic, "", "x");

        position.Partition.Partition.ShouldBe(Murmur2.PartitionOf([], 7));
    }

    [Fact]
    public async Task A_named_partition_outweighs_the_key()
    {
        string topic = await CreateTopicAsync(partitions: 7);
        int elsewhere = (Murmur2.PartitionOf("key"u8, 7) + 1) % 7;

        TopicPartitionOffset position = await AppendAsync(topic, "key", "x", elsewhere);

        position.Partition.Partition.ShouldBe(elsewhere);
    }

    [Fact]
    public async Task A_partition_that_does_not_exist_is_refused()
    {
        string topic = await CreateTopicAsync(partitions: 2);

        TopicException refusal = await Should.ThrowAsync<TopicException>(async () => await AppendAsync(topic, null, "x", partition: 2));

        refusal.Code.ShouldBe("topic-not-found");
    }

    [Fact]
    public async Task A_topic_is_created_by_the_first_append_to_it()
    {
        string topic = UniqueName();

        await AppendAsync(topic, null, "first");

        Values(await ReadAllAsync(topic)).ShouldBe(["first"]);
    }

    [Fact]
    public async Task A_topic_that_may_not_be_called_so_is_refused()
    {
        TopicException refusal = await Should.ThrowAsync<TopicException>(async () => await AppendAsync("no/such name", null, "x"));

        refusal.Code.ShouldBe("topic-name-invalid");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "")]
    [InlineData("", null)]
    [InlineData("", "")]
    [InlineData("key", null)]
    [InlineData("key", "value")]
    public async Task Nothing_and_empty_stay_what_they_are(string? key, string? value)
    {
        string topic = await CreateTopicAsync();

        await AppendAsync(topic, key, value);

        Record record = (await ReadAllAsync(topic))[0].Record;
        (record.Key is null).ShouldBe(key is null);
        (record.Value is null).ShouldBe(value is null);
        Value(record).ShouldBe(value);
    }

    [Fact]
    public async Task Headers_keep_their_order_and_their_duplicates()
    {
        string topic = await CreateTopicAsync();
        RecordHeader[] headers =
        [
            new("b", "1"), new("a", "2"), new("b", "3"), new("empty", ReadOnlyMemory<byte>.Empty), new("none", (ReadOnlyMemory<byte>?)null),
            new("bytes", new byte[] { 0xFF, 0x00, 0xFE }),
        ];

        await Producer.AppendAsync(new ProducerRecord(topic, Text(null, "x") with { Headers = RecordHeaders.Create(headers) }), Deadline);

        RecordHeader[] read = [.. (await ReadAllAsync(topic))[0].Record.Headers];
        read.Select(header => header.Name).ShouldBe(["b", "a", "b", "empty", "none", "bytes"]);
        read.Take(3).Select(header => header.Text).ShouldBe(["1", "2", "3"]);
        read[3].Value.ShouldNotBeNull().Length.ShouldBe(0);
        read[4].Value.ShouldBeNull();
        read[5].Value!.Value.ToArray().ShouldBe([0xFF, 0x00, 0xFE]);
    }

    [Fact]
    public async Task Bytes_are_kept_as_they_are()
    {
        string topic = await CreateTopicAsync();
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        await Producer.AppendAsync(new ProducerRecord(topic, new Record(bytes, bytes)), Deadline);

        Record record = (await ReadAllAsync(topic))[0].Record;
        record.Key!.Value.ToArray().ShouldBe(bytes);
        record.Value!.Value.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public async Task A_timestamp_is_kept_to_the_millisecond()
    {
        string topic = await CreateTopicAsync();
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_600_000_000_123);

        await Producer.AppendAsync(new ProducerRecord(topic, Text(null, "x") with { Timestamp = time }), Deadline);

        (await ReadAllAsync(topic))[0].Record.Timestamp.ShouldBe(time);
    }

    [Fact]
    public async Task A_record_without_a_timestamp_gets_that_of_its_append()
    {
        string topic = await CreateTopicAsync();
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        await AppendAsync(topic, null, "x");

        (await ReadAllAsync(topic))[0].Record.Timestamp.ShouldBeInRange(
            before.AddSeconds(-1), TimeProvider.System.GetUtcNow().AddSeconds(1));
    }

    [Fact]
    public async Task A_record_above_the_limit_is_refused_and_nothing_is_written()
    {
        string topic = await CreateTopicAsync();

        RecordTooLargeException refusal = await Should.ThrowAsync<RecordTooLargeException>(
            async () => await AppendAsync(topic, null, new string('x', (1024 * 1024) + 1)));

        refusal.Code.ShouldBe("record-too-large");
        await AppendAsync(topic, null, "next");
        Values(await ReadAllAsync(topic)).ShouldBe(["next"]);
    }

    [Fact]
    public async Task A_topic_has_a_limit_of_its_own()
    {
        string topic = await CreateTopicAsync(settings: new TopicSettings { MaxMessageBytes = 2000 });

        await AppendAsync(topic, null, new string('x', 1500));
        await Should.ThrowAsync<RecordTooLargeException>(async () => await AppendAsync(topic, null, new string('x', 2500)));

        (await ReadAllAsync(topic)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Large_records_below_the_limit_are_kept_whole()
    {
        string topic = await CreateTopicAsync();
        string large = new('x', 900_000);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AppendAsync(topic, null, large).AsTask()));

        (await ReadAllAsync(topic)).ShouldAllBe(record => record.Record.Value!.Value.Length == 900_000);
    }

    [Fact]
    public async Task An_empty_batch_writes_nothing()
    {
        (await Producer.AppendAsync([], Deadline)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_newer_producer_of_the_same_transactional_id_fences_the_older()
    {
        string topic = await CreateTopicAsync();
        var options = new ProducerOptions { TransactionalId = UniqueName("producer") };
        await using IEventProducer older = await Broker.CreateProducerAsync(options, Deadline);
        await older.CommitAsync(new AtomicCommit { Records = [new(topic, Text(null, "while it was alone"))] }, Deadline);

        await using IEventProducer newer = await Broker.CreateProducerAsync(options, Deadline);
        await newer.CommitAsync(new AtomicCommit { Records = [new(topic, Text(null, "from the newer"))] }, Deadline);
        FencedException fenced = await Should.ThrowAsync<FencedException>(
            async () => await older.CommitAsync(new AtomicCommit { Records = [new(topic, Text(null, "too late"))] }, Deadline));

        fenced.Code.ShouldBe("producer-fenced");
        Values(await ReadAllAsync(topic)).ShouldBe(["while it was alone", "from the newer"]);
    }

    [Fact]
    public async Task What_a_fenced_producer_had_on_its_way_is_readable_or_refused_when_the_newer_one_is_open()
    {
        string topic = await CreateTopicAsync();
        var options = new ProducerOptions { TransactionalId = UniqueName("producer") };
        for (int i = 0; i < 50; i++)
        {
            await using IEventProducer older = await Broker.CreateProducerAsync(options, Deadline);
            var commit = new AtomicCommit { Records = [new(topic, Text(null, $"{i}")), new(topic, Text(null, $"{i}"))] };
            Task committing = older.CommitAsync(commit, Deadline).AsTask();

            await using IEventProducer newer = await Broker.CreateProducerAsync(options, Deadline);
            int found = Values(await ReadAllAsync(topic)).Count(value => value == $"{i}");

            await committing.ContinueWith(_ => { }, TaskScheduler.Default);
            found.ShouldBe(committing.IsCompletedSuccessfully ? 2 : 0);
        }
    }

    [Fact]
    public async Task A_fenced_producer_cannot_append_either()
    {
        string topic = await CreateTopicAsync();
        var options = new ProducerOptions { TransactionalId = UniqueName("producer") };
        await using IEventProducer older = await Broker.CreateProducerAsync(options, Deadline);
        await using IEventProducer newer = await Broker.CreateProducerAsync(options, Deadline);

        await Should.ThrowAsync<FencedException>(async () => await older.AppendAsync(new ProducerRecord(topic, Text(null, "x")), Deadline));
        await Should.ThrowAsync<FencedException>(async () => await older.AppendAsync([new ProducerRecord(topic, Text(null, "x"))], Deadline));

        await newer.AppendAsync(new ProducerRecord(topic, Text(null, "y")), Deadline);
        Values(await ReadAllAsync(topic)).ShouldBe(["y"]);
    }

    [Fact]
    public async Task Producers_of_different_transactional_ids_leave_each_other_alone()
    {
        string topic = await CreateTopicAsync();
        await using IEventProducer one = await Broker.CreateProducerAsync(new() { TransactionalId = UniqueName("producer") }, Deadline);
        await using IEventProducer other = await Broker.CreateProducerAsync(new() { TransactionalId = UniqueName("producer") }, Deadline);

        await one.AppendAsync(new ProducerRecord(topic, Text(null, "1")), Deadline);
        await other.AppendAsync(new ProducerRecord(topic, Text(null, "2")), Deadline);

        Values(await ReadAllAsync(topic)).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Producers_without_a_transactional_id_leave_each_other_alone()
    {
        string topic = await CreateTopicAsync();
        await using IEventProducer one = await Broker.CreateProducerAsync(new(), Deadline);
        await using IEventProducer other = await Broker.CreateProducerAsync(new(), Deadline);

        foreach ((IEventProducer producer, string value) in new[] { (one, "1"), (other, "2"), (one, "3"), (other, "4") })
        {
            await producer.CommitAsync(new AtomicCommit { Records = [new ProducerRecord(topic, Text(null, value))] }, Deadline);
        }

        Values(await ReadAllAsync(topic)).ShouldBe(["1", "2", "3", "4"]);
    }
}
