using System.Globalization;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded.Storage;

/// <summary>Retention and compaction of one log, called as the cleaner calls them.</summary>
public sealed class CleaningTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_the_newest_record_of_each_key_stays(bool durable)
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await OpenAsync(folder, durable);
        await broker.Topics.CreateAsync(
            "t",
            new TopicSettings { Cleanup = CleanupPolicy.Compact, SegmentBytes = 2048, DeleteRetention = TimeSpan.FromDays(1) },
            TestContext.Current.CancellationToken);
        for (int round = 0; round < 50; round++)
        {
            await broker.AppendAsync([.. Enumerable.Range(0, 10).Select(key =>
                $"{round}".To("t", key: key.ToString(CultureInfo.InvariantCulture)))]);
        }

        if (durable)
        {
            await broker.DisposeAsync();
        }

        await using EmbeddedBroker cleaned = durable ? await OpenAsync(folder, durable) : broker;
        Partition partition = cleaned.Catalog.Get(new TopicPartition("t", 0));
        await partition.Log.CleanAsync(partition.Topic.Settings, Now.ToUnixTimeMilliseconds(), TestContext.Current.CancellationToken);

        List<ConsumedRecord> records = await cleaned.ReadRecordsAsync("t");
        records.Count.ShouldBeLessThan(150);
        for (int key = 0; key < 10; key++)
        {
            ConsumedRecord newest = records.Last(record => Encoding.UTF8.GetString(record.Record.Key!.Value.Span) == $"{key}");
            Encoding.UTF8.GetString(newest.Record.Value!.Value.Span).ShouldBe("49");
            newest.Offset.ShouldBe(490 + key);
        }

        records.Select(record => record.Offset).ShouldBeInOrder();
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 45)]
    [InlineData(false, 45)]
    [InlineData(true, -1)]
    [InlineData(false, -1)]
    public async Task What_a_young_record_supersedes_stays_for_the_lag_of_the_topic(bool durable, int lagMinutes)
    {
        TimeSpan lag = lagMinutes < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMinutes(lagMinutes);
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await OpenAsync(folder, durable);
        await broker.Topics.CreateAsync(
            "t",
            new TopicSettings { Cleanup = CleanupPolicy.Compact, SegmentBytes = 1024, MinCompactionLag = lag },
            TestContext.Current.CancellationToken);
        for (int minute = 100; minute >= 0; minute--)
        {
            ProducerRecord record = $"{minute}:{new string('x', 200)}".To("t", key: "a");
            await broker.AppendAsync(record with { Record = record.Record with { Timestamp = Now.AddMinutes(-minute) } });
        }

        if (durable)
        {
            await broker.DisposeAsync();
        }

        await using EmbeddedBroker cleaned = durable ? await OpenAsync(folder, durable) : broker;
        Partition partition = cleaned.Catalog.Get(new TopicPartition("t", 0));
        await partition.Log.CleanAsync(partition.Topic.Settings, Now.ToUnixTimeMilliseconds(), TestContext.Current.CancellationToken);

        // Of the older ones the newest stays; segments, here of a few records, are compacted whole or not at all.
        int left = (await cleaned.ReadRecordsAsync("t")).Count;
        left.ShouldBeInRange(lagMinutes < 0 ? 101 : lagMinutes + 1, lagMinutes < 0 ? 101 : lagMinutes + 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Old_records_go_by_age_and_the_start_moves(bool durable)
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await OpenAsync(folder, durable);
        await broker.Topics.CreateAsync(
            "t", new TopicSettings { Retention = TimeSpan.FromHours(1), SegmentBytes = 1024 }, TestContext.Current.CancellationToken);
        for (int i = 0; i < 40; i++)
        {
            ProducerRecord record = $"{i}:{new string('x', 200)}".To("t");
            await broker.AppendAsync(record with { Record = record.Record with { Timestamp = Now.AddMinutes(-i < -20 ? 0 : -90) } });
        }

        if (durable)
        {
            await broker.DisposeAsync();
        }

        await using EmbeddedBroker cleaned = durable ? await OpenAsync(folder, durable) : broker;
        Partition partition = cleaned.Catalog.Get(new TopicPartition("t", 0));
        await partition.Log.CleanAsync(partition.Topic.Settings, Now.ToUnixTimeMilliseconds(), TestContext.Current.CancellationToken);

        partition.EarliestOffset.ShouldBeInRange(15, 21);
        (await cleaned.ReadRecordsAsync("t")).Select(record => record.Offset)
            .ShouldBe(Enumerable.Range((int)partition.EarliestOffset, 40 - (int)partition.EarliestOffset).Select(i => (long)i));
        partition.HighWatermark.ShouldBe(40);
    }

    [Fact]
    public async Task When_everything_has_gone_by_age_the_offsets_go_on_where_they_were()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await OpenAsync(folder, durable: true))
        {
            await broker.Topics.CreateAsync("t", new TopicSettings { Retention = TimeSpan.FromHours(1) }, TestContext.Current.CancellationToken);
            for (int i = 0; i < 3; i++)
            {
                ProducerRecord record = $"{i}".To("t");
                await broker.AppendAsync(record with { Record = record.Record with { Timestamp = Now.AddHours(-2) } });
            }
        }

        await using (EmbeddedBroker cleaned = await OpenAsync(folder, durable: true))
        {
            Partition partition = cleaned.Catalog.Get(new TopicPartition("t", 0));
            await partition.Log.CleanAsync(partition.Topic.Settings, Now.ToUnixTimeMilliseconds(), TestContext.Current.CancellationToken);
            (await cleaned.ReadAllAsync("t")).ShouldBeEmpty();
        }

        await using EmbeddedBroker reopened = await OpenAsync(folder, durable: true);
        await reopened.AppendAsync("young".To("t"));
        (await reopened.ReadRecordsAsync("t")).ShouldHaveSingleItem().Offset.ShouldBe(3);
    }

    [Fact]
    public async Task A_compaction_that_a_crash_interrupted_is_completed_or_forgotten()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await OpenAsync(folder, durable: true))
        {
            await broker.Topics.CreateAsync(
                "t", new TopicSettings { Cleanup = CleanupPolicy.Compact, SegmentBytes = 1024 }, TestContext.Current.CancellationToken);
            for (int i = 0; i < 30; i++)
            {
                await broker.AppendAsync($"{i}:{new string('x', 200)}".To("t", key: "k"));
            }
        }

        string[] segments = [.. Directory.GetFiles(folder["topics/t/0"], "*.log").Order(StringComparer.Ordinal)];
        segments.Length.ShouldBeGreaterThan(3);
        string last = Path.GetFileNameWithoutExtension(segments[^1]);
        await File.WriteAllBytesAsync(folder["topics/t/0/0-7.cleaned"], [1, 2, 3], TestContext.Current.CancellationToken);

        // The swap covers all closed segments and holds what is left of them: nothing, since the active segment has the newest record.
        await File.WriteAllBytesAsync(
            folder[$"topics/t/0/0-{long.Parse(last, CultureInfo.InvariantCulture)}.swap"], [], TestContext.Current.CancellationToken);

        await using EmbeddedBroker reopened = await OpenAsync(folder, durable: true);
        List<ConsumedRecord> records = await reopened.ReadRecordsAsync("t");
        records[0].Offset.ShouldBe(long.Parse(last, CultureInfo.InvariantCulture));
        records[^1].Offset.ShouldBe(29);
        Directory.GetFiles(folder["topics/t/0"], "*.cleaned").ShouldBeEmpty();
        Directory.GetFiles(folder["topics/t/0"], "*.swap").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Records_without_a_time_are_as_old_as_their_file_and_stay_where_there_is_none(bool durable)
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await OpenAsync(folder, durable);
        await broker.Topics.CreateAsync(
            "t", new TopicSettings { Retention = TimeSpan.FromDays(1), SegmentBytes = 1024 }, TestContext.Current.CancellationToken);
        for (int i = 0; i < 10; i++)
        {
            ProducerRecord record = new string('x', 500).To("t");
            await broker.AppendAsync(record with { Record = record.Record with { Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(-1) } });
        }

        if (durable)
        {
            await broker.DisposeAsync();
        }

        await using EmbeddedBroker cleaned = durable ? await OpenAsync(folder, durable) : broker;
        Partition partition = cleaned.Catalog.Get(new TopicPartition("t", 0));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await CleanAsync(now);
        partition.EarliestOffset.ShouldBe(0);
        await CleanAsync(now.AddDays(2));
        partition.EarliestOffset.ShouldBe(durable ? 10 : 0);

        async Task CleanAsync(DateTimeOffset at) =>
            await partition.Log.CleanAsync(partition.Topic.Settings, at.ToUnixTimeMilliseconds(), TestContext.Current.CancellationToken);
    }

    private static async Task<EmbeddedBroker> OpenAsync(TemporaryFolder folder, bool durable)
    {
        var options = new EmbeddedBrokerOptions { TailCacheBytes = 0 };
        return durable ? await EmbeddedBroker.OpenAsync(folder.Path, options) : EmbeddedBroker.CreateVolatile(options);
    }
}
