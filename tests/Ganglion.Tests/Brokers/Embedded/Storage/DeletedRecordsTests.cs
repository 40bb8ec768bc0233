using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded.Storage;

/// <summary>Durable logs of which records are deleted by offset.</summary>
public sealed class DeletedRecordsTests
{
    private static readonly TopicPartition Id = new("t", 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_deleted_stays_deleted_after_a_crash()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.AppendAsync([.. Enumerable.Range(0, 10).Select(number => $"{number}".To("t"))]);

        broker.Catalog.Get(Id).DeleteBefore(6).ShouldBe(6);
        using var crashed = TemporaryFolder.CopyOf(folder.Path);

        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        (await recovered.ReadAllAsync("t")).ShouldBe(["6", "7", "8", "9"]);
        await recovered.AppendAsync("10".To("t"));
        (await recovered.ReadRecordsAsync("t"))[^1].Offset.ShouldBe(10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_all_is_deleted_offsets_go_on_after_a_crash(bool isWritten)
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await OpenFilledAsync(folder, isWritten);

        broker.Catalog.Get(Id).DeleteBefore(null).ShouldBe(30);
        using var crashed = TemporaryFolder.CopyOf(folder.Path);

        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        (await recovered.ReadAllAsync("t")).ShouldBeEmpty();
        await recovered.AppendAsync("next".To("t"));
        (await recovered.ReadRecordsAsync("t")).ShouldHaveSingleItem().Offset.ShouldBe(30);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Segments_of_which_all_is_deleted_are_removed(bool isDirty)
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await OpenFilledAsync(folder, isWritten: true);
        Partition partition = broker.Catalog.Get(Id);
        int before = Directory.GetFiles(folder["topics/t/0"], "*.log").Length;
        if (isDirty)
        {
            await broker.ReadAllAsync("t"); // Their files are open.
        }

        partition.DeleteBefore(25);

        Directory.GetFiles(folder["topics/t/0"], "*.log").Length.ShouldBeLessThan(before / 2);
        OpenFiles.In(folder["topics"]).ShouldAllBe(file => !file.EndsWith("(deleted)", StringComparison.Ordinal));
        (await broker.ReadRecordsAsync("t")).ConvertAll(record => record.Offset).ShouldBe([25, 26, 27, 28, 29]);
        await partition.Log.CleanAsync(partition.Topic.Settings, broker.Committer.Now, Token);
        partition.EarliestOffset.ShouldBe(25);
    }

    // As when the machine has failed before what was just written was on its disk, under a policy that flushes now and then.
    [Fact]
    public async Task A_log_that_has_lost_what_lay_before_its_start_goes_on_there()
    {
        using var folder = new TemporaryFolder();
        await (await OpenFilledAsync(folder, isWritten: true)).DisposeAsync();
        await File.WriteAllTextAsync(folder["topics/t/0/start.json"], """{ "offset": 50 }""", Token);

        for (int i = 0; i < 2; i++)
        {
            await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
            await broker.AppendAsync("next".To("t"));
            List<ConsumedRecord> records = await broker.ReadRecordsAsync("t");
            records.ConvertAll(record => record.Offset).ShouldBe(Enumerable.Range(50, i + 1).Select(offset => (long)offset));
            Partition partition = broker.Catalog.Get(Id);
            await partition.Log.CleanAsync(partition.Topic.Settings, broker.Committer.Now, Token);
        }
    }

    [Fact]
    public async Task A_start_that_cannot_be_kept_deletes_nothing()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await OpenFilledAsync(folder, isWritten: true);
        Directory.CreateDirectory(folder["topics/t/0/start.json.tmp"]);

        Should.Throw<StorageException>(() => broker.Catalog.Get(Id).DeleteBefore(20)).Message.ShouldContain(folder["topics/t/0"]);

        (await broker.ReadAllAsync("t")).Count.ShouldBe(30);
        Directory.Delete(folder["topics/t/0/start.json.tmp"]);
        broker.Catalog.Get(Id).DeleteBefore(20).ShouldBe(20);
    }

    [Fact]
    public async Task A_damaged_start_is_named()
    {
        using var folder = new TemporaryFolder();
        await (await OpenFilledAsync(folder, isWritten: true)).DisposeAsync();
        await File.WriteAllTextAsync(folder["topics/t/0/start.json"], "{", Token);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));

        refused.Code.ShouldBe("data-folder-damaged");
        refused.Message.ShouldContain("start.json");
    }

    // Thirty records, each of its own batch, two of which fill a segment.
    private static async Task<EmbeddedBroker> OpenFilledAsync(TemporaryFolder folder, bool isWritten)
    {
        EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.Topics.CreateAsync("t", new TopicSettings { SegmentBytes = 1024 }, Token);
        for (int i = 0; i < 30; i++)
        {
            await broker.AppendAsync(new string('x', 500).To("t"));
        }

        if (!isWritten)
        {
            return broker;
        }

        await broker.DisposeAsync();
        return await EmbeddedBroker.OpenAsync(folder.Path, new EmbeddedBrokerOptions { TailCacheBytes = 0 });
    }
}
