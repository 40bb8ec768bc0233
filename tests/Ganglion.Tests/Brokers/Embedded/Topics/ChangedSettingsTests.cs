using System.Globalization;
using System.Text.Json.Nodes;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded.Topics;

/// <summary>Topics whose settings change while they are there.</summary>
public sealed class ChangedSettingsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changed_settings_survive_a_crash()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 2, Retention = TimeSpan.FromHours(1) }, Token);

        Alter(broker, settings => settings with { Retention = TimeSpan.FromHours(2) });
        using var crashed = TemporaryFolder.CopyOf(folder.Path);

        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path);
        TopicSettings changed = (await recovered.Topics.FindAsync("t", Token))!.Settings;
        changed.ShouldBe((await broker.Topics.FindAsync("t", Token))!.Settings);
        (changed.Retention, changed.Partitions).ShouldBe((TimeSpan.FromHours(2), 2));
    }

    [Fact]
    public async Task Segments_have_the_size_that_is_in_force()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.Topics.CreateAsync("t", cancellationToken: Token);
            Alter(broker, settings => settings with { SegmentBytes = 1024 });
            await FillAsync(broker);
        }

        Directory.GetFiles(folder["topics/t/0"], "*.log").Length.ShouldBeGreaterThan(5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_topic_that_was_compacted_is_read_over_its_gaps_when_it_is_no_more(bool restarts)
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker filled = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await filled.Topics.CreateAsync("t", new TopicSettings { Cleanup = CleanupPolicy.Compact, SegmentBytes = 1024 }, Token);
            await FillAsync(filled);
        }

        EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, new EmbeddedBrokerOptions { TailCacheBytes = 0 });
        Partition partition = broker.Catalog.Get(new TopicPartition("t", 0));
        await partition.Log.CleanAsync(partition.Topic.Settings, broker.Committer.Now, Token);
        Alter(broker, settings => settings with { Cleanup = CleanupPolicy.Delete });
        if (restarts)
        {
            await broker.DisposeAsync();
            broker = await EmbeddedBroker.OpenAsync(folder.Path, new EmbeddedBrokerOptions { TailCacheBytes = 0 });
        }

        await using (broker)
        {
            List<string> left = await broker.ReadAllAsync("t");
            left.Count.ShouldBeLessThan(5);
            left[^1].ShouldStartWith("29");
        }
    }

    [Fact]
    public async Task Settings_that_cannot_be_kept_leave_the_old_ones_in_force()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        await broker.Topics.CreateAsync("t", new TopicSettings { MaxMessageBytes = 1000 }, Token);
        Directory.CreateDirectory(folder["topics/t/topic.json.tmp"]);

        Should.Throw<StorageException>(() => Alter(broker, settings => settings with { MaxMessageBytes = 2000 })).Message.ShouldContain(folder["topics/t"]);

        (await broker.Topics.FindAsync("t", Token))!.Settings.MaxMessageBytes.ShouldBe(1000);
        Directory.Delete(folder["topics/t/topic.json.tmp"]);
        Alter(broker, settings => settings with { MaxMessageBytes = 2000 });
        (await broker.Topics.FindAsync("t", Token))!.Settings.MaxMessageBytes.ShouldBe(2000);
    }

    [Fact]
    public async Task A_topic_of_an_older_version_which_does_not_say_whether_it_was_compacted_opens()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.AppendAsync("a".To("t"));
        }

        JsonObject settings = JsonNode.Parse(await File.ReadAllTextAsync(folder["topics/t/topic.json"], Token))!.AsObject();
        settings.Remove("wasCompacted").ShouldBeTrue();
        await File.WriteAllTextAsync(folder["topics/t/topic.json"], settings.ToJsonString(), Token);

        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path);
        (await reopened.ReadAllAsync("t")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Topics_of_the_broker_itself_stay_as_they_are()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();

        Should.Throw<TopicException>(() => broker.Catalog.Alter("__consumer_offsets", settings => settings, onlyValidates: false)).Code.ShouldBe("topic-internal");
        Should.Throw<TopicException>(() => broker.Catalog.Alter("t", settings => settings, onlyValidates: false)).Code.ShouldBe("topic-not-found");
    }

    private static void Alter(EmbeddedBroker broker, Func<TopicSettings, TopicSettings> change) => broker.Catalog.Alter("t", change, onlyValidates: false);

    private static async Task FillAsync(EmbeddedBroker broker)
    {
        for (int i = 0; i < 30; i++)
        {
            await broker.AppendAsync($"{i.ToString(CultureInfo.InvariantCulture)}:{new string('x', 500)}".To("t", key: "key"));
        }
    }
}
