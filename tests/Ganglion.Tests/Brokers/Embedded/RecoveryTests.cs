using System.Diagnostics;
using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>What the log holds after the process has ended at some moment: the folder is copied while the broker still runs.</summary>
public sealed class RecoveryTests
{
    private static readonly string[] Commits = ["00.commit", "01.commit"];

    [Fact]
    public async Task What_was_written_is_there_after_closing()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.AppendAsync("a".To("t"), "b".To("t"));
            await broker.AppendAsync("c".To("t"));
        }

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (await reopened.ReadAllAsync("t")).ShouldBe(["a", "b", "c"]);
        await reopened.AppendAsync("d".To("t"));
        (await reopened.ReadAllAsync("t")).ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_crash()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        for (int i = 0; i < 50; i++)
        {
            await broker.AppendAsync(i.ToString(CultureInfo.InvariantCulture).To("t"));
        }

        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        (await recovered.ReadAllAsync("t")).ShouldBe(Enumerable.Range(0, 50).Select(i => i.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task The_commit_log_alone_restores_what_never_reached_the_segments()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.AppendAsync("a".To("t"), "b".To("t"));

        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        string segment = crashed["topics/t/0/00000000000000000000.log"];
        foreach (int length in new[] { 0, 1, 60, 61, 70 })
        {
            using var torn = TemporaryFolder.CopyOf(crashed.Path);
            await File.WriteAllBytesAsync(
                torn["topics/t/0/00000000000000000000.log"],
                (await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken)).Take(length).ToArray(),
                TestContext.Current.CancellationToken);
            await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(torn.Path);
            (await recovered.ReadAllAsync("t")).ShouldBe(["a", "b"]);
        }
    }

    // The commit is cut off everywhere, in steps that hit every field and every alignment: either both partitions have their record, or neither has.
    [Fact]
    public async Task No_half_of_a_commit_is_visible_wherever_it_is_torn()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 2 }, TestContext.Current.CancellationToken);
        await broker.AppendAsync("before".To("t", 0), "before".To("t", 1));
        using var before = TemporaryFolder.CopyOf(folder.Path);
        await broker.AppendAsync("after".To("t", 0), "after".To("t", 1));
        using var after = TemporaryFolder.CopyOf(folder.Path);

        byte[] old = await File.ReadAllBytesAsync(before["commit/00.commit"], TestContext.Current.CancellationToken);
        byte[] full = await File.ReadAllBytesAsync(after["commit/00.commit"], TestContext.Current.CancellationToken);
        int from = Enumerable.Range(0, full.Length).First(i => full[i] != old[i]);
        int to = Enumerable.Range(0, full.Length).Last(i => full[i] != old[i]) + 1;
        (to - from).ShouldBeGreaterThan(150);
        await File.WriteAllBytesAsync(before["commit/00.commit"], old[..to], TestContext.Current.CancellationToken);

        foreach (int cut in Enumerable.Range(from, to - from + 1).Where(cut => (cut - from) % 5 == 0 || cut >= to - 2))
        {
            using var torn = TemporaryFolder.CopyOf(before.Path);
            byte[] bytes = [.. full[..cut], .. old[cut..]];
            await File.WriteAllBytesAsync(torn["commit/00.commit"], bytes.AsMemory(0, to + 64), TestContext.Current.CancellationToken);
            await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(torn.Path);
            string[] expected = cut == to ? ["before", "after"] : ["before"];
            (await recovered.ReadAllAsync("t", 0)).ShouldBe(expected);
            (await recovered.ReadAllAsync("t", 1)).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Recycled_commit_files_recover_what_is_newest()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        string payload = new('x', 700_000);
        const int count = 300; // 210 MB: every file of the commit log is written more than once.
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 0; i < count; i++)
        {
            await producer.AppendAsync($"{i}:{payload}".To("t"), TestContext.Current.CancellationToken);
        }

        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        List<string> values = await recovered.ReadAllAsync("t");
        values.Select(NumberOf).ShouldBe(Enumerable.Range(0, count));
        Directory.GetFiles(crashed["commit"]).Length.ShouldBeGreaterThanOrEqualTo(Commits.Length);
    }

    // A recycled file still holds, behind its newest frame, what an earlier opening wrote there: frames of the same length and the next number.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_earlier_opening_left_in_a_commit_file_is_never_recovered(bool isCounterLost)
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker first = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await first.AppendAsync("x".To("t"));
            await first.AppendAsync("a".To("t"));
            await first.AppendAsync("b".To("t"));
        }

        if (isCounterLost)
        {
            File.Delete(folder["commit/epoch"]);
        }

        await using EmbeddedBroker second = await EmbeddedBroker.OpenAsync(folder.Path);
        await second.AppendAsync("c".To("t"));
        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        (await recovered.ReadAllAsync("t")).ShouldBe(["x", "a", "b", "c"]);
    }

    [Theory]
    [InlineData(3)] // where the frame begins
    [InlineData(5)] // its length
    [InlineData(20)] // its number
    [InlineData(150)] // its batch
    public async Task Damage_in_the_commit_log_is_reported_and_takes_nothing_from_the_segments(int byteOfFrame)
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await AppendAsync(broker, new string('x', 1000), from: 0, to: 20);
        while (new FileInfo(folder["topics/t/0/00000000000000000000.log"]).Length < 21_000) // Nineteen records take less, twenty more.
        {
            await Task.Yield();
        }

        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        byte[] log = await File.ReadAllBytesAsync(crashed["commit/00.commit"], TestContext.Current.CancellationToken);
        int position = 0;
        for (int frame = 0; frame < 10; frame++)
        {
            position += BitConverter.ToInt32(log, position + 4);
        }

        log[position + byteOfFrame] ^= 0x40;
        await File.WriteAllBytesAsync(crashed["commit/00.commit"], log, TestContext.Current.CancellationToken);
        StorageException damage = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(crashed.Path));
        damage.Code.ShouldBe("commit-log-damaged");
        damage.Message.ShouldContain($"'{crashed["commit/00.commit"]}' at byte {position} ");

        File.Delete(crashed["commit/00.commit"]);
        await using EmbeddedBroker without = await EmbeddedBroker.OpenAsync(crashed.Path);
        (await without.ReadAllAsync("t")).Select(NumberOf).ShouldBe(Enumerable.Range(0, 20));
    }

    // With an interval the system brings frames to the disk in any order, and whoever chose one can do without the last of them.
    [Fact]
    public async Task What_an_interval_has_not_flushed_may_be_missing_in_between()
    {
        using var folder = new TemporaryFolder();
        var options = new EmbeddedBrokerOptions { FlushInterval = TimeSpan.FromMinutes(1) };
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, options);
        await AppendAsync(broker, "x", from: 0, to: 3);

        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        byte[] log = await File.ReadAllBytesAsync(crashed["commit/00.commit"], TestContext.Current.CancellationToken);
        log.AsSpan(BitConverter.ToInt32(log, 4), 32).Clear();
        await File.WriteAllBytesAsync(crashed["commit/00.commit"], log, TestContext.Current.CancellationToken);
        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path, options);
        (await recovered.ReadAllAsync("t")).Select(NumberOf).ShouldBe([0]);
    }

    [Fact]
    public async Task Why_a_folder_is_not_opened_is_told_with_the_place_that_noticed()
    {
        using var folder = new TemporaryFolder();
        await (await EmbeddedBroker.OpenAsync(folder.Path)).DisposeAsync();
        await File.WriteAllTextAsync(folder["commit/epoch"], "no number", TestContext.Current.CancellationToken);

        StorageException damage = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));

        damage.Code.ShouldBe("data-folder-damaged");
        damage.StackTrace.ShouldNotBeNull().ShouldContain("Ganglion.Brokers.Embedded.Commits.CommitEpoch.");
    }

    [Fact]
    public async Task A_commit_file_that_was_lost_does_not_take_another_with_it()
    {
        using var folder = new TemporaryFolder();
        string payload = new('x', 900_000);
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await AppendAsync(broker, payload, from: 0, to: 20);
        }

        const string Segment = "topics/t/0/00000000000000000000.log";
        long before = new FileInfo(folder[Segment]).Length;
        File.Delete(folder["commit/00.commit"]);
        await using EmbeddedBroker second = await EmbeddedBroker.OpenAsync(folder.Path);
        await AppendAsync(second, payload, from: 20, to: 40);

        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        await using (FileStream segment = File.OpenWrite(crashed[Segment]))
        {
            segment.SetLength(before);
        }

        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        (await recovered.ReadAllAsync("t")).Select(NumberOf).ShouldBe(Enumerable.Range(0, 40));
    }

    // Compaction has emptied the segments before the commit log's beginning, and the process dies of the first batch that it recovers.
    [Theory]
    [InlineData(20)] // The commit log begins in the middle of a compacted segment.
    [InlineData(16)] // It begins where a segment does.
    public async Task A_recovery_that_dies_half_way_is_completed_by_the_next(int reopenedAt)
    {
        using var folder = new TemporaryFolder();
        string payload = new('x', 20_000);
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.Topics.CreateAsync(
                "t",
                new TopicSettings { Cleanup = CleanupPolicy.Compact, SegmentBytes = 150_000 },
                TestContext.Current.CancellationToken);
            await AppendAsync(broker, payload, from: 0, to: reopenedAt);
        }

        await using EmbeddedBroker second = await EmbeddedBroker.OpenAsync(folder.Path);
        await AppendAsync(second, new string('x', 300_000), from: reopenedAt, to: reopenedAt + 1);
        await AppendAsync(second, payload, from: reopenedAt + 1, to: 40);
        Partition partition = second.Catalog.Get(new TopicPartition("t", 0));
        while (partition.Log.Bytes < 300_000 + (39 * 20_000))
        {
            await Task.Yield();
        }

        await partition.Log.CleanAsync(partition.Topic.Settings, 0, TestContext.Current.CancellationToken);
        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        using Process process = BrokerProcess.StartWithSmallFiles("open", crashed.Path, bytes: 250_000, isDeadly: true);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldNotBe(0);

        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        List<ConsumedRecord> records = await recovered.ReadRecordsAsync("t");
        records.Select(record => record.Offset).ShouldBe(Enumerable.Range(reopenedAt, 40 - reopenedAt).Select(i => (long)i));
    }

    [Fact]
    public async Task Missing_and_damaged_indexes_are_rebuilt()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.Topics.CreateAsync(
                "t", new TopicSettings { SegmentBytes = 20_000 }, TestContext.Current.CancellationToken);
            for (int i = 0; i < 100; i++)
            {
                await broker.AppendAsync($"{i}:{new string('x', 1000)}".To("t"));
            }
        }

        string[] indexes = Directory.GetFiles(folder["topics/t/0"], "*index");
        indexes.Length.ShouldBeGreaterThan(4);
        for (int i = 0; i < indexes.Length; i++)
        {
            if (i % 2 == 0)
            {
                File.Delete(indexes[i]);
            }
            else
            {
                await File.WriteAllBytesAsync(indexes[i], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], TestContext.Current.CancellationToken);
            }
        }

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (await reopened.ReadAllAsync("t")).Count.ShouldBe(100);
    }

    private static async Task AppendAsync(EmbeddedBroker broker, string payload, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            await broker.AppendAsync($"{i}:{payload}".To("t", key: "k"));
        }
    }

    private static int NumberOf(string value) => int.Parse(value.AsSpan(0, value.IndexOf(':', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
}
