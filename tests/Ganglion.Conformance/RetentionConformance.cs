namespace Ganglion.Conformance;

/// <summary>
/// What becomes of old records. Each test waits until the fixture's broker looks for them, so it should do so every second or so; if it cannot, the
/// tests need more patience (<see cref="BrokerFixture.Patience"/>).
/// </summary>
public abstract class RetentionConformance(BrokerFixture fixture) : BrokerConformance(fixture)
{
    private static readonly string Kilobyte = new('x', 1000);

    [Fact]
    public async Task Records_that_are_too_old_go()
    {
        string topic = await CreateTopicAsync(settings: new TopicSettings
        {
            Cleanup = CleanupPolicy.Delete,
            Retention = TimeSpan.FromHours(1),
            SegmentBytes = Fixture.SmallestSegmentBytes,
        });
        await FillAsync(topic, TimeProvider.System.GetUtcNow().AddHours(-2), segments: 3);
        await AppendAsync(topic, null, "young");

        await EventuallyAsync(async () => (await DescribeAsync(topic)).EarliestOffset > 0);

        Values(await ReadAllAsync(topic)).Last().ShouldBe("young");
    }

    [Fact]
    public async Task Records_that_are_too_old_go_although_nothing_new_comes()
    {
        string topic = await CreateTopicAsync(settings: new TopicSettings { Cleanup = CleanupPolicy.Delete, Retention = TimeSpan.FromHours(1) });
        await Producer.AppendAsync(
            new ProducerRecord(topic, Text(null, "old") with { Timestamp = TimeProvider.System.GetUtcNow().AddHours(-2) }), Deadline);

        await EventuallyAsync(async () => (await DescribeAsync(topic)).EarliestOffset > 0);

        (await ReadAllAsync(topic)).ShouldBeEmpty();
        TopicPartitionOffset young = await AppendAsync(topic, null, "young");
        (await ReadAllAsync(topic)).ShouldHaveSingleItem().Offset.ShouldBe(young.Offset);
    }

    [Fact]
    public async Task A_partition_keeps_about_as_many_bytes_as_it_may()
    {
        int limit = 2 * Fixture.SmallestSegmentBytes;
        string topic = await CreateTopicAsync(settings: new TopicSettings
        {
            Cleanup = CleanupPolicy.Delete,
            RetentionBytes = limit,
            SegmentBytes = Fixture.SmallestSegmentBytes,
        });
        long written = await FillAsync(topic, TimeProvider.System.GetUtcNow(), segments: 6);

        // Old records go by whole segments: one more than the limit may stay.
        await EventuallyAsync(async () =>
            await DescribeAsync(topic) is var kept && (kept.LatestOffset - kept.EarliestOffset) * Kilobyte.Length <= limit + Fixture.SmallestSegmentBytes);

        List<ConsumedRecord> kept = await ReadAllAsync(topic);
        kept[^1].Offset.ShouldBe((await DescribeAsync(topic)).LatestOffset - 1);
        kept.Count.ShouldBeLessThan((int)written);
        (kept.Count * Kilobyte.Length).ShouldBeGreaterThan(limit / 2);
    }

    [Fact]
    public async Task A_reader_whose_place_has_gone_goes_on_at_the_oldest_record()
    {
        string topic = await CreateTopicAsync(settings: new TopicSettings
        {
            Cleanup = CleanupPolicy.Delete,
            Retention = TimeSpan.FromHours(1),
            SegmentBytes = Fixture.SmallestSegmentBytes,
        });
        await using IEventReader reader = await ReadFromBeginningAsync(topic);
        await FillAsync(topic, TimeProvider.System.GetUtcNow().AddHours(-2), segments: 3);
        await AppendAsync(topic, null, "young");
        await EventuallyAsync(async () => (await DescribeAsync(topic)).EarliestOffset > 0);
        long earliest = (await DescribeAsync(topic)).EarliestOffset;

        // It may have read ahead, before the records went.
        reader.Seek(new TopicPartition(topic, 0), 0);
        List<ConsumedRecord> records = [];
        while (records.Count == 0 || Value(records[^1].Record) != "young")
        {
            records.AddRange((await reader.ReadAsync(Deadline)).Records);
        }

        records[0].Offset.ShouldBeGreaterThanOrEqualTo(earliest);
    }

    [Fact]
    public async Task What_is_kept_for_ever_stays()
    {
        string kept = await CreateTopicAsync(settings: new TopicSettings
        {
            Cleanup = CleanupPolicy.Delete,
            Retention = Timeout.InfiniteTimeSpan,
            SegmentBytes = Fixture.SmallestSegmentBytes,
        });
        string cleaned = await CreateTopicAsync(settings: new TopicSettings
        {
            Cleanup = CleanupPolicy.Delete,
            Retention = TimeSpan.FromHours(1),
            SegmentBytes = Fixture.SmallestSegmentBytes,
        });
        DateTimeOffset old = TimeProvider.System.GetUtcNow().AddDays(-1000);
        await FillAsync(kept, old, segments: 2);
        await FillAsync(cleaned, old, segments: 2);
        await AppendAsync(cleaned, null, "young");

        // The other topic shows that the broker has looked.
        await EventuallyAsync(async () => (await DescribeAsync(cleaned)).EarliestOffset > 0);

        (await DescribeAsync(kept)).EarliestOffset.ShouldBe(0);
    }

    private async Task<PartitionDescription> DescribeAsync(string topic) =>
        (await Broker.Topics.FindAsync(topic, Deadline))!.Partitions[0];

    private async Task<long> FillAsync(string topic, DateTimeOffset time, int segments)
    {
        int records = (segments * Fixture.SmallestSegmentBytes / Kilobyte.Length) + 1;
        for (int written = 0; written < records;)
        {
            int count = Math.Min(10, records - written);
            await Producer.AppendAsync(
                [.. Enumerable.Repeat(new ProducerRecord(topic, Text(null, Kilobyte) with { Timestamp = time }), count)], Deadline);
            written += count;
        }

        return records;
    }
}
