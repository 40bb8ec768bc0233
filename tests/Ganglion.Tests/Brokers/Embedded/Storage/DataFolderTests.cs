using System.Diagnostics;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Commits;

namespace Ganglion.Tests.Brokers.Embedded.Storage;

public sealed class DataFolderTests
{
    [Fact]
    public async Task The_second_comer_is_told_who_holds_the_folder()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker first = await EmbeddedBroker.OpenAsync(folder.Path);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));

        refused.Code.ShouldBe("data-folder-locked");
        refused.Message.ShouldContain($"process {Environment.ProcessId}");
    }

    [Fact]
    public async Task A_process_that_is_killed_holds_its_folder_no_longer()
    {
        using var folder = new TemporaryFolder();
        using Process holder = BrokerProcess.Start("commit", folder.Path, TimeSpan.Zero);
        await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));
        holder.Kill();
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);

        refused.Code.ShouldBe("data-folder-locked");
        refused.Message.ShouldContain($"process {holder.Id} (dotnet)");
        await using EmbeddedBroker next = await EmbeddedBroker.OpenAsync(folder.Path);
        (await next.ReadAllAsync("left")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_folder_can_be_opened_again_once_it_is_closed()
    {
        using var folder = new TemporaryFolder();
        await (await EmbeddedBroker.OpenAsync(folder.Path)).DisposeAsync();
        await (await EmbeddedBroker.OpenAsync(folder.Path)).DisposeAsync();
    }

    [Fact]
    public async Task A_folder_of_a_newer_format_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["ganglion.json"], """{ "version": 2 }""", TestContext.Current.CancellationToken);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));

        refused.Code.ShouldBe("data-folder-version-unsupported");
        refused.Message.ShouldContain("newer version");
        Directory.Exists(folder["topics"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Damaged_settings_are_named()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.AppendAsync("a".To("t"));
        }

        await File.WriteAllTextAsync(folder["topics/t/topic.json"], "{", TestContext.Current.CancellationToken);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));
        refused.Code.ShouldBe("data-folder-damaged");
        refused.Message.ShouldContain("topic.json");
    }

    [Theory]
    [InlineData("""{ "name": "u", "id": "11111111-1111-1111-1111-111111111111", "settings": { "partitions": 1 } }""")]
    [InlineData("""{ "name": "t", "id": "11111111-1111-1111-1111-111111111111", "settings": { "partitions": 0 } }""")]
    [InlineData("""{ "name": "t", "id": "11111111-1111-1111-1111-111111111111" }""")]
    public async Task Settings_that_do_not_fit_their_folder_are_named(string settings)
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.AppendAsync("a".To("t"));
        }

        await File.WriteAllTextAsync(folder["topics/t/topic.json"], settings, TestContext.Current.CancellationToken);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));
        refused.Code.ShouldBe("data-folder-damaged");
        refused.Message.ShouldContain("topic.json");
    }

    [Fact]
    public async Task Settings_of_an_older_version_get_what_they_lack()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.AppendAsync("a".To("t"));
        }

        string file = folder["topics/t/topic.json"];
        string[] lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        string[] older = [.. lines.Where(line => !line.Contains("segmentBytes", StringComparison.Ordinal))];
        older.Length.ShouldBe(lines.Length - 1);
        await File.WriteAllLinesAsync(file, older, TestContext.Current.CancellationToken);

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (await reopened.ReadAllAsync("t")).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData("topics/t/1")]
    [InlineData("topics/t/1/00000000000000000000.log")]
    public async Task A_partition_whose_records_are_gone_is_not_begun_anew(string lost)
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 2 }, TestContext.Current.CancellationToken);
            await broker.AppendAsync("a".To("t", partition: 1));
        }

        if (Directory.Exists(folder[lost]))
        {
            Directory.Delete(folder[lost], recursive: true);
        }
        else
        {
            File.Delete(folder[lost]);
        }

        StorageException damage = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));
        damage.Code.ShouldBe("data-folder-damaged");
        damage.Message.ShouldContain(folder["topics/t/1"]);
    }

    [Fact]
    public async Task A_folder_that_could_not_be_opened_is_not_held()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["ganglion.holder"]);
        await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));

        Directory.Delete(folder["ganglion.holder"]);
        await (await EmbeddedBroker.OpenAsync(folder.Path)).DisposeAsync();
    }

    // Both files are there already: what has no room is a block of another one.
    [Fact]
    public async Task A_folder_opens_again_on_a_disk_that_has_no_room_for_the_smallest_file()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.AppendAsync("a".To("t"));
        }

        long before = CommitEpoch.Last(folder["commit"]);
        File.Delete(folder["ganglion.holder"]);
        File.CreateSymbolicLink(folder["ganglion.holder"], "/dev/full");
        File.CreateSymbolicLink(folder["commit/epoch.tmp"], "/dev/full");

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);

        CommitEpoch.Last(folder["commit"]).ShouldBeGreaterThan(before);
        (await reopened.ReadAllAsync("t")).ShouldBe(["a"]);
        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));
        refused.Message.ShouldContain("is held by another process");
    }

    [Fact]
    public async Task A_folder_is_given_back_however_badly_closing_goes()
    {
        using var folder = new TemporaryFolder();
        EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, new EmbeddedBrokerOptions { TimeProvider = new StickyTime() });
        await broker.AppendAsync("a".To("t"));

        await Should.ThrowAsync<InvalidOperationException>(async () => await broker.DisposeAsync());

        OpenFiles.In(folder.Path).ShouldBeEmpty();
        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (await reopened.ReadAllAsync("t")).ShouldBe(["a"]);
    }

    /// <summary>A clock whose timers cannot be stopped.</summary>
    private sealed class StickyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer();

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => throw new InvalidOperationException("This timer cannot be stopped.");

            public ValueTask DisposeAsync() => throw new InvalidOperationException("This timer cannot be stopped.");
        }
    }
}
