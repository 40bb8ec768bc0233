using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded.Storage;

/// <summary>Cleaning that meets damage, a disk that refuses, or the end of the process.</summary>
public sealed class CleaningFailureTests
{
    private static readonly TopicSettings Compacted = new() { Cleanup = CleanupPolicy.Compact, SegmentBytes = 1024, DeleteRetention = TimeSpan.Zero };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_damaged_segment_does_not_keep_the_others_from_being_compacted()
    {
        using var folder = new TemporaryFolder();
        await FillAsync(folder, "kept", "other", "key");
        string[] segments = SegmentsIn(folder);
        long size = segments.Sum(segment => new FileInfo(segment).Length);
        byte[] bytes = await File.ReadAllBytesAsync(segments[1], Token);
        bytes[^1] ^= 0x55;
        await File.WriteAllBytesAsync(segments[1], bytes, Token);

        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await CleanAsync(broker);

        SegmentsIn(folder).Sum(segment => new FileInfo(segment).Length).ShouldBeLessThan(size / 2);
        (await File.ReadAllBytesAsync(segments[1], Token)).ShouldBe(bytes);
        (await broker.Topics.GetOffsetAsync(new TopicPartition("t", 0), OffsetPosition.Latest, Token)).ShouldBe(30);
    }

    // What the tombstone deletes lies in the damaged segment, and would come to life again if the tombstone went.
    [Fact]
    public async Task A_tombstone_stays_while_what_it_deletes_may_lie_in_a_damaged_segment()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.Topics.CreateAsync("t", Compacted, Token);
            await broker.AppendAsync(Padded("first", "deleted"));
            await broker.AppendAsync(Padded("damaged", "deleted"));
            ProducerRecord tombstone = "".To("t", key: "deleted");
            await broker.AppendAsync(tombstone with { Record = tombstone.Record with { Value = null } });
            for (int i = 0; i < 4; i++)
            {
                await broker.AppendAsync(Padded($"{i}", "other"));
            }
        }

        string segment = SegmentsIn(folder)[0];
        byte[] bytes = await File.ReadAllBytesAsync(segment, Token);
        bytes[^1] ^= 0x55;
        await File.WriteAllBytesAsync(segment, bytes, Token);

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        await CleanAsync(reopened);

        await using IEventReader reader = await reopened.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [new TopicPartition("t", 0)] = OffsetPosition.At(2) } }, Token);
        (await reader.ReadAsync(Token)).Records[0].Record.Value.ShouldBeNull();
    }

    // A folder stands where the index of a segment should be: it cannot be removed as a file.
    [Fact]
    public async Task A_compaction_that_the_disk_refuses_half_way_is_completed_by_the_next()
    {
        using var folder = new TemporaryFolder();
        await FillAsync(folder, "key");
        string obstacle = Path.ChangeExtension(SegmentsIn(folder)[2], ".index");
        File.Delete(obstacle);
        Directory.CreateDirectory(obstacle);

        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, new EmbeddedBrokerOptions { TailCacheBytes = 0 });
        await Should.ThrowAsync<UnauthorizedAccessException>(() => CleanAsync(broker));
        await broker.AppendAsync(Padded("last", "other"));
        using var crashed = TemporaryFolder.CopyOf(folder.Path);

        Directory.Delete(obstacle);
        await CleanAsync(broker);
        List<string> compacted = await broker.ReadAllAsync("t");
        compacted.Count.ShouldBeLessThan(10);
        compacted[^1].ShouldStartWith("last");
        OpenFiles.In(folder["topics"]).ShouldAllBe(file => !file.EndsWith("(deleted)", StringComparison.Ordinal));

        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        (await recovered.ReadAllAsync("t"))[^1].ShouldStartWith("last");
        Directory.GetFiles(crashed["topics/t/0"], "*.swap").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CleanupPolicy.Compact)]
    [InlineData(CleanupPolicy.Delete)]
    public async Task Segments_that_were_removed_are_closed(CleanupPolicy cleanup)
    {
        using var folder = new TemporaryFolder();
        await FillAsync(folder, "key");
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.ReadAllAsync("t");
        int before = OpenFiles.In(folder["topics"]).Length;

        Partition partition = broker.Catalog.Get(new TopicPartition("t", 0));
        await partition.Log.CleanAsync(partition.Topic.Settings with { Cleanup = cleanup, RetentionBytes = 1024 }, 0, Token);

        string[] after = OpenFiles.In(folder["topics"]);
        after.ShouldAllBe(file => !file.EndsWith("(deleted)", StringComparison.Ordinal));
        after.Length.ShouldBeLessThan(before);
    }

    [Fact]
    public async Task A_segment_that_has_vanished_is_a_storage_error_to_its_reader()
    {
        using var folder = new TemporaryFolder();
        await FillAsync(folder, "key");
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        File.Delete(SegmentsIn(folder)[0]);

        StorageException failure = await Should.ThrowAsync<StorageException>(() => broker.ReadAllAsync("t"));

        failure.Code.ShouldBe("storage-failed");
        failure.Message.ShouldContain("00000000000000000000.log");
        await Should.ThrowAsync<StorageException>(async () => await broker.Topics.GetOffsetAsync(
            new TopicPartition("t", 0), OffsetPosition.Since(DateTimeOffset.UnixEpoch), Token));
    }

    private static async Task FillAsync(TemporaryFolder folder, params string[] keys)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.Topics.CreateAsync("t", Compacted, Token);
        for (int i = 0; i < 30; i++)
        {
            await broker.AppendAsync(Padded(i.ToString(CultureInfo.InvariantCulture), keys[i % keys.Length]));
        }
    }

    private static ProducerRecord Padded(string value, string key) => $"{value}:{new string('x', 500)}".To("t", key: key);

    private static async Task CleanAsync(EmbeddedBroker broker)
    {
        Partition partition = broker.Catalog.Get(new TopicPartition("t", 0));
        long tomorrow = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();
        await partition.Log.CleanAsync(partition.Topic.Settings, tomorrow, Token);
    }

    private static string[] SegmentsIn(TemporaryFolder folder) =>
        [.. Directory.GetFiles(folder["topics/t/0"], "*.log").Order(StringComparer.Ordinal)];
}
