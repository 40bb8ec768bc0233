namespace Ganglion.Conformance;

/// <summary>
/// What a compacted topic keeps. Each test waits until the fixture's broker looks for work, so it should do so every second or so; if it cannot, the
/// tests need more patience (<see cref="BrokerFixture.Patience"/>).
/// </summary>
public abstract class CompactionConformance(BrokerFixture fixture) : BrokerConformance(fixture)
{
    private const int Keys = 10;

    [Fact]
    public async Task The_newest_record_of_each_key_stays()
    {
        string topic = await CreateCompactedAsync();
        await OverwriteAsync(topic, rounds: 5);

        await UntilCompactedAsync(topic);

        NewestByKey(await ReadAllAsync(topic)).ShouldBe(
            Enumerable.Range(0, Keys).ToDictionary(key => $"key {key}", _ => (string?)"round 4"), ignoreOrder: true);
    }

    [Fact]
    public async Task What_stays_keeps_its_offset_and_its_order()
    {
        string topic = await CreateCompactedAsync();
        Dictionary<long, string?> before = await OverwriteAsync(topic, rounds: 5);

        await UntilCompactedAsync(topic);

        List<ConsumedRecord> after = await ReadAllAsync(topic);
        after.Select(record => record.Offset).ShouldBeInOrder();
        after.ShouldAllBe(record => Strip(Value(record.Record)) == before[record.Offset]);
    }

    [Fact]
    public async Task A_tombstone_removes_its_key()
    {
        string topic = await CreateCompactedAsync(TimeSpan.Zero);
        await OverwriteAsync(topic, rounds: 2);
        await Producer.AppendAsync(new ProducerRecord(topic, Text("key 3", null)), Deadline);
        await OverwriteAsync(topic, rounds: 4, keys: key => key != 3);
        await UntilCompactedAsync(topic);

        // On Kafka a compaction marks it, and the next one removes it (KIP-534).
        await OverwriteAsync(topic, rounds: 6, keys: key => key != 3);
        await EventuallyAsync(async () => (await ReadAllAsync(topic)).TrueForAll(record => Key(record) != "key 3"));

        NewestByKey(await ReadAllAsync(topic)).Count.ShouldBe(Keys - 1);
    }

    [Fact]
    public async Task A_tombstone_stays_readable_for_a_while()
    {
        string topic = await CreateCompactedAsync(TimeSpan.FromDays(1));
        await OverwriteAsync(topic, rounds: 2);
        await Producer.AppendAsync(new ProducerRecord(topic, Text("key 3", null)), Deadline);
        await OverwriteAsync(topic, rounds: 4, keys: key => key != 3);

        await UntilCompactedAsync(topic);

        (await ReadAllAsync(topic)).ShouldContain(record => Key(record) == "key 3" && record.Record.Value == null);
    }

    [Fact]
    public async Task A_reader_passes_over_the_gaps()
    {
        string topic = await CreateCompactedAsync();
        await OverwriteAsync(topic, rounds: 5);
        await UntilCompactedAsync(topic);

        await using IEventReader reader = await ReadFromAsync(OffsetPosition.At(1), topic);
        TopicPartitionOffset last = await AppendAsync(topic, "last", "end");
        List<ConsumedRecord> records = [];
        while (records.Count == 0 || records[^1].Offset < last.Offset)
        {
            records.AddRange((await reader.ReadAsync(Deadline)).Records);
        }

        NewestByKey(records).Count.ShouldBe(Keys + 1);
    }

    // The topic beside it, which is written in the same way, tells when the broker has looked.
    [Fact]
    public async Task What_was_superseded_lately_stays_as_long_as_the_topic_says()
    {
        string history = await CreateCompactedAsync(lag: TimeSpan.FromDays(1));
        Dictionary<long, string?> written = await OverwriteAsync(history, rounds: 5);
        string newest = await CreateCompactedAsync(lag: TimeSpan.Zero);
        await OverwriteAsync(newest, rounds: 5);

        await UntilCompactedAsync(newest);

        (await ReadAllAsync(history)).Count.ShouldBe(written.Count);
    }

    private Task<string> CreateCompactedAsync(TimeSpan? deleteRetention = null, TimeSpan? lag = null) => CreateTopicAsync(settings: new TopicSettings
    {
        Cleanup = CleanupPolicy.Compact,
        SegmentBytes = Fixture.SmallestSegmentBytes,
        DeleteRetention = deleteRetention,
        MinCompactionLag = lag,
    });

    /// <summary>Writes every key once in each round, each round filling a segment.</summary>
    private async Task<Dictionary<long, string?>> OverwriteAsync(string topic, int rounds, Func<int, bool>? keys = null)
    {
        string padding = new('.', (Fixture.SmallestSegmentBytes / Keys) + 1);
        var written = new Dictionary<long, string?>();
        for (int round = 0; round < rounds; round++)
        {
            foreach (int key in Enumerable.Range(0, Keys).Where(keys ?? (_ => true)))
            {
                TopicPartitionOffset position = await AppendAsync(topic, $"key {key}", $"round {round}{padding}");
                written[position.Offset] = $"round {round}";
            }
        }

        return written;
    }

    private Task UntilCompactedAsync(string topic) =>
        EventuallyAsync(async () => (await ReadAllAsync(topic)).Count < 3 * Keys);

    private static Dictionary<string, string?> NewestByKey(IEnumerable<ConsumedRecord> records)
    {
        var newest = new Dictionary<string, string?>();
        foreach (ConsumedRecord record in records)
        {
            newest[Key(record)] = Strip(Value(record.Record));
        }

        return newest;
    }

    private static string Key(ConsumedRecord record) => System.Text.Encoding.UTF8.GetString(record.Record.Key!.Value.Span);

    private static string? Strip(string? value) => value?.TrimEnd('.');
}
