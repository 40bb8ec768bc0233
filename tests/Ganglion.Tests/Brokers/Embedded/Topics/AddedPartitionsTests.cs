using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded.Topics;

/// <summary>Topics that get more partitions while they are there.</summary>
public sealed class AddedPartitionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_partitions_and_their_records_survive_a_crash()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.AppendAsync("old".To("t"));

        broker.Catalog.AddPartitions("t", 3, onlyValidates: false);
        await broker.AppendAsync("new".To("t", partition: 2));
        using var crashed = TemporaryFolder.CopyOf(folder.Path);

        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        (await recovered.Topics.FindAsync("t", Token))!.Partitions.Count.ShouldBe(3);
        (await recovered.ReadAllAsync("t")).ShouldBe(["old"]);
        (await recovered.ReadAllAsync("t", partition: 2)).ShouldBe(["new"]);
    }

    [Fact]
    public async Task Partitions_that_cannot_be_counted_are_none_until_they_can()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.AppendAsync("a".To("t"));
            Directory.CreateDirectory(folder["topics/t/topic.json.tmp"]);

            Should.Throw<StorageException>(() => broker.Catalog.AddPartitions("t", 3, onlyValidates: false));

            (await broker.Topics.FindAsync("t", Token))!.Partitions.Count.ShouldBe(1);
            OpenFiles.In(folder["topics/t/2"]).ShouldBeEmpty();
            Directory.Delete(folder["topics/t/topic.json.tmp"]);
        }

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (await reopened.Topics.FindAsync("t", Token))!.Partitions.Count.ShouldBe(1);
        reopened.Catalog.AddPartitions("t", 3, onlyValidates: false);
        await reopened.AppendAsync("b".To("t", partition: 2));
        (await reopened.ReadAllAsync("t", partition: 2)).ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_topic_with_new_partitions_can_be_deleted_and_created_again()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.AppendAsync("a".To("t"));
        broker.Catalog.AddPartitions("t", 3, onlyValidates: false);
        await broker.AppendAsync("b".To("t", partition: 2));

        await broker.Topics.DeleteAsync("t", Token);

        OpenFiles.In(folder["topics"]).ShouldBeEmpty();
        await broker.AppendAsync("c".To("t"));
        (await broker.ReadAllAsync("t")).ShouldBe(["c"]);
    }
}
