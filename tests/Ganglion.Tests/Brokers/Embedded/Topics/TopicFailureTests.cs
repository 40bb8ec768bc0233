using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded.Topics;

/// <summary>Topics whose creation or deletion fails half-way.</summary>
public sealed class TopicFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_topic_that_could_not_be_created_leaves_nothing_and_can_be_created_again()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await File.WriteAllTextAsync(folder["topics/t"], "in the way", Token);

        StorageException refused = await Should.ThrowAsync<StorageException>(async () => await broker.Topics.CreateAsync("t", cancellationToken: Token));

        refused.Message.ShouldContain(folder["topics/t"]);
        (await broker.Topics.FindAsync("t", Token)).ShouldBeNull();
        Directory.GetDirectories(folder["topics"]).ShouldBeEmpty();
        File.Delete(folder["topics/t"]);
        await broker.Topics.CreateAsync("t", cancellationToken: Token);
        await broker.AppendAsync("a".To("t"));
        (await broker.ReadAllAsync("t")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_topic_that_could_not_be_deleted_goes_on_until_it_can()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        TopicDescription topic = await broker.Topics.CreateAsync("t", cancellationToken: Token);
        await broker.AppendAsync("a".To("t"));
        string obstacle = folder[$"topics/~{topic.Id:N}"];
        Directory.CreateDirectory(obstacle);

        await Should.ThrowAsync<StorageException>(async () => await broker.Topics.DeleteAsync("t", Token));

        await broker.AppendAsync("b".To("t"));
        (await broker.ReadAllAsync("t")).ShouldBe(["a", "b"]);
        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        (await recovered.ReadAllAsync("t")).ShouldBe(["a", "b"]);

        Directory.Delete(obstacle);
        await broker.Topics.DeleteAsync("t", Token);
        (await broker.Topics.FindAsync("t", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task What_a_crash_left_of_a_deletion_is_removed_when_the_folder_is_opened()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            TopicDescription topic = await broker.Topics.CreateAsync("t", cancellationToken: Token);
            await broker.AppendAsync("a".To("t"));
            using var crashed = TemporaryFolder.CopyOf(folder.Path);
            Directory.Move(crashed["topics/t"], crashed[$"topics/~{topic.Id:N}"]);
            File.Delete(crashed[$"topics/~{topic.Id:N}/topic.json"]);

            await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);

            (await recovered.Topics.FindAsync("t", Token)).ShouldBeNull();
            Directory.GetDirectories(crashed["topics"]).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_deleted_topic_leaves_no_file_open()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, new EmbeddedBrokerOptions { TailCacheBytes = 0 });
        await FillAsync(broker, "t");
        await broker.ReadAllAsync("t");
        OpenFiles.In(folder["topics"]).ShouldNotBeEmpty();

        await broker.Topics.DeleteAsync("t", Token);

        OpenFiles.In(folder["topics"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_opened_leaves_no_file_open()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 3 }, Token);
        }

        Directory.Delete(folder["topics/t/2"], recursive: true);
        await File.WriteAllTextAsync(folder["topics/t/2"], "no folder", Token);

        await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));

        OpenFiles.In(folder.Path).ShouldBeEmpty();
    }

    // Segments of one batch each: whatever moment the deletion hits, a segment is about to begin.
    [Fact]
    public async Task A_topic_that_is_deleted_while_it_is_written_does_not_stop_the_others()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        for (int i = 0; i < 100; i++)
        {
            await FillAsync(broker, "doomed");
            await broker.Topics.DeleteAsync("doomed", Token);
            await broker.AppendAsync(i.ToString(CultureInfo.InvariantCulture).To("other"));
        }

        (await broker.ReadAllAsync("other")).Count.ShouldBe(100);
    }

    private static async Task FillAsync(EmbeddedBroker broker, string topic)
    {
        await broker.Topics.CreateAsync(topic, new TopicSettings { SegmentBytes = 1024 }, Token);
        await broker.AppendAsync([.. Enumerable.Range(0, 30).Select(_ => new string('x', 1_100_000 / 30).To(topic))]);
        for (int i = 0; i < 20; i++)
        {
            await broker.AppendAsync(new string('x', 1100).To(topic));
        }
    }
}
