namespace Ganglion.Conformance;

/// <summary>How positions become offsets.</summary>
public abstract class OffsetConformance(BrokerFixture fixture) : BrokerConformance(fixture)
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_000);

    [Fact]
    public async Task Both_ends_of_an_empty_partition_are_the_same()
    {
        string topic = await CreateTopicAsync();

        (await GetAsync(topic, OffsetPosition.Earliest)).ShouldBe(0);
        (await GetAsync(topic, OffsetPosition.Latest)).ShouldBe(0);
    }

    [Fact]
    public async Task The_ends_enclose_what_was_appended()
    {
        string topic = await CreateTopicAsync();
        TopicPartitionOffset first = await AppendAsync(topic, null, "first");
        TopicPartitionOffset last = await AppendAsync(topic, null, "last");

        (await GetAsync(topic, OffsetPosition.Earliest)).ShouldBe(first.Offset);
        (await GetAsync(topic, OffsetPosition.Latest)).ShouldBeGreaterThan(last.Offset);
    }

    [Fact]
    public async Task A_moment_is_the_first_record_that_is_not_before_it()
    {
        string topic = await CreateTopicAsync();
        IReadOnlyList<TopicPartitionOffset> positions = await AppendByTheMinuteAsync(topic, 10);

        (await GetAsync(topic, OffsetPosition.Since(Start))).ShouldBe(positions[0].Offset);
        (await GetAsync(topic, OffsetPosition.Since(Start.AddMinutes(4)))).ShouldBe(positions[4].Offset);
        (await GetAsync(topic, OffsetPosition.Since(Start.AddMinutes(4).AddMilliseconds(1)))).ShouldBe(positions[5].Offset);
    }

    [Fact]
    public async Task A_moment_before_everything_is_the_beginning()
    {
        string topic = await CreateTopicAsync();
        IReadOnlyList<TopicPartitionOffset> positions = await AppendByTheMinuteAsync(topic, 3);

        (await GetAsync(topic, OffsetPosition.Since(Start.AddYears(-1)))).ShouldBe(positions[0].Offset);
    }

    [Fact]
    public async Task A_moment_after_everything_is_the_end()
    {
        string topic = await CreateTopicAsync();
        await AppendByTheMinuteAsync(topic, 3);

        (await GetAsync(topic, OffsetPosition.Since(Start.AddYears(1)))).ShouldBe(await GetAsync(topic, OffsetPosition.Latest));
    }

    [Fact]
    public async Task A_moment_is_found_among_many_batches()
    {
        string topic = await CreateTopicAsync();
        var positions = new List<TopicPartitionOffset>();
        for (int i = 0; i < 50; i++)
        {
            positions.Add(await Producer.AppendAsync(
                new ProducerRecord(topic, Text(null, $"{i}") with { Timestamp = Start.AddMinutes(i) }), Deadline));
        }

        (await GetAsync(topic, OffsetPosition.Since(Start.AddMinutes(33).AddSeconds(-1)))).ShouldBe(positions[33].Offset);
    }

    [Fact]
    public async Task A_moment_is_found_among_many_segments()
    {
        const int Count = 60;
        string topic = await CreateTopicAsync(settings: new TopicSettings
        {
            Retention = Timeout.InfiniteTimeSpan, SegmentBytes = Fixture.SmallestSegmentBytes,
        });
        string padding = new('x', Fixture.SmallestSegmentBytes / 10);
        var positions = new List<TopicPartitionOffset>();
        for (int i = 0; i < Count; i++)
        {
            positions.Add(await Producer.AppendAsync(
                new ProducerRecord(topic, Text(null, padding) with { Timestamp = Start.AddMinutes(i) }), Deadline));
        }

        for (int i = 0; i < Count; i++)
        {
            (await GetAsync(topic, OffsetPosition.Since(Start.AddMinutes(i).AddSeconds(-1)))).ShouldBe(positions[i].Offset);
        }
    }

    [Fact]
    public async Task Where_times_go_back_the_first_record_that_is_not_before_the_moment_counts()
    {
        string topic = await CreateTopicAsync();
        int[] minutes = [5, 3, 9, 4, 20, 1];
        var positions = new List<TopicPartitionOffset>();
        foreach (int minute in minutes)
        {
            positions.Add(await Producer.AppendAsync(
                new ProducerRecord(topic, Text(null, $"{minute}") with { Timestamp = Start.AddMinutes(minute) }), Deadline));
        }

        (await GetAsync(topic, OffsetPosition.Since(Start.AddMinutes(2)))).ShouldBe(positions[0].Offset);
        (await GetAsync(topic, OffsetPosition.Since(Start.AddMinutes(6)))).ShouldBe(positions[2].Offset);
        (await GetAsync(topic, OffsetPosition.Since(Start.AddMinutes(10)))).ShouldBe(positions[4].Offset);
        (await GetAsync(topic, OffsetPosition.Since(Start.AddMinutes(21)))).ShouldBe(await GetAsync(topic, OffsetPosition.Latest));
    }

    [Fact]
    public async Task Partitions_have_offsets_of_their_own()
    {
        string topic = await CreateTopicAsync(partitions: 2);
        await AppendAsync(topic, null, "only here", partition: 1);

        (await GetAsync(topic, OffsetPosition.Latest, partition: 0)).ShouldBe(0);
        (await GetAsync(topic, OffsetPosition.Latest, partition: 1)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_unknown_topic_has_no_offsets()
    {
        TopicException refusal = await Should.ThrowAsync<TopicException>(
            async () => await GetAsync(UniqueName(), OffsetPosition.Earliest));

        refusal.Code.ShouldBe("topic-not-found");
    }

    [Fact]
    public async Task An_unknown_partition_has_no_offsets()
    {
        string topic = await CreateTopicAsync();

        TopicException refusal = await Should.ThrowAsync<TopicException>(
            async () => await GetAsync(topic, OffsetPosition.Earliest, partition: 1));

        refusal.Code.ShouldBe("topic-not-found");
    }

    private async Task<long> GetAsync(string topic, OffsetPosition position, int partition = 0) =>
        await Broker.Topics.GetOffsetAsync(new TopicPartition(topic, partition), position, Deadline);

    private async Task<IReadOnlyList<TopicPartitionOffset>> AppendByTheMinuteAsync(string topic, int count) =>
        await Producer.AppendAsync(
            [.. Enumerable.Range(0, count).Select(i => new ProducerRecord(topic, Text(null, $"{i}") with { Timestamp = Start.AddMinutes(i) }))],
            Deadline);
}
