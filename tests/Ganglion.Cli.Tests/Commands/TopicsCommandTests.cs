using System.Text.Json;
using Ganglion.Brokers;

namespace Ganglion.Cli.Tests.Commands;

public sealed class TopicsCommandTests
{
    [Fact]
    public async Task Topics_are_listed_in_aligned_columns()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("b.longer.name", "1", "2");
        await host.AppendAsync("a", "1");

        IReadOnlyList<string> lines = (await host.RunAsync("topics", "list")).ShouldSucceed().Lines;

        lines.Count.ShouldBe(3);
        lines[0].ShouldMatch("^TOPIC +PARTITIONS +RECORDS +BYTES +CLEANUP +RETENTION$");
        lines[1].ShouldMatch("^a +1 +1 +[0-9]+ +delete +7d$");
        lines[2].ShouldMatch("^b.longer.name +1 +2 +[0-9]+ +delete +7d$");
        lines[1].IndexOf("delete", StringComparison.Ordinal).ShouldBe(lines[2].IndexOf("delete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Topics_are_listed_in_a_frame_on_a_screen()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("a", "1");

        (await host.RunOnScreenAsync("topics", "list")).ShouldSucceed().Output.ShouldContain("╭");
    }

    [Fact]
    public async Task Topics_are_listed_as_JSON_lines()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("a", "1");
        await host.AppendAsync("b", "1");

        IReadOnlyList<string> lines = (await host.RunAsync("topics", "list", "--json")).ShouldSucceed().Lines;

        lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("name").GetString()).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_topic_is_created_with_its_settings_and_described()
    {
        await using CliHost host = await CliHost.StartAsync();

        CliResult created = await host.RunAsync(
            "topics", "create", "t", "--partitions", "3", "--cleanup", "compact", "--retention", "forever", "--max-message-bytes", "1000");
        CliResult described = await host.RunAsync("topics", "describe", "t");

        created.ShouldSucceed().Output.ShouldBe("created t with 3 partitions\n");
        TopicDescription topic = (await host.Broker.Topics.FindAsync("t", TestContext.Current.CancellationToken)).ShouldNotBeNull();
        topic.Settings.Cleanup.ShouldBe(CleanupPolicy.Compact);
        topic.Settings.Retention.ShouldBe(Timeout.InfiniteTimeSpan);
        topic.Settings.MaxMessageBytes.ShouldBe(1000);
        described.ShouldSucceed().Lines.Count.ShouldBe(5);
        described.Lines[0].ShouldStartWith("t: cleanup compact, segments of");
    }

    [Theory]
    [InlineData("delete", "7d")]
    [InlineData("compact,delete", "7d")]
    [InlineData("compact", "-")]
    [InlineData("none", "-")]
    public async Task A_retention_is_told_where_it_deletes_anything(string cleanup, string expected)
    {
        await using CliHost host = await CliHost.StartAsync();
        (await host.RunAsync("topics", "create", "t", "--cleanup", cleanup, "--retention", "7d")).ShouldSucceed();

        CliResult listed = await host.RunAsync("topics", "list");

        listed.ShouldSucceed().Lines[1].Split(' ')[^1].ShouldBe(expected);
    }

    [Fact]
    public async Task A_topic_is_described_as_one_JSON_line()
    {
        await using CliHost host = await CliHost.StartAsync();
        (await host.RunAsync("topics", "create", "t", "--partitions", "2", "--replication", "1", "--retention-bytes", "5000000")).ShouldSucceed();

        string line = (await host.RunAsync("topics", "describe", "t", "--json")).ShouldSucceed().Lines.ShouldHaveSingleItem();

        JsonElement topic = JsonDocument.Parse(line).RootElement;
        topic.GetProperty("partitions").GetArrayLength().ShouldBe(2);
        topic.GetProperty("settings").GetProperty("replicationFactor").GetInt32().ShouldBe(1);
        topic.GetProperty("settings").GetProperty("retentionBytes").GetInt64().ShouldBe(5_000_000);
    }

    [Fact]
    public async Task Topics_of_the_system_are_listed_only_when_asked_for()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");
        (await host.RunAsync("consume", "t", "--group", "g")).ShouldSucceed();

        (await host.RunAsync("topics", "list")).ShouldSucceed().Output.ShouldNotContain("__");
        (await host.RunAsync("topics", "list", "--internal")).ShouldSucceed().Output.ShouldContain("__consumer_offsets");
    }

    [Fact]
    public async Task A_topic_is_deleted()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");

        (await host.RunAsync("topics", "delete", "t")).ShouldSucceed();

        (await host.Broker.Topics.FindAsync("t", TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task What_the_host_refuses_is_one_line()
    {
        await using CliHost host = await CliHost.StartAsync();

        (await host.RunAsync("topics", "describe", "missing")).ShouldFail().ShouldContain("missing");
        (await host.RunAsync("topics", "create", "no spaces")).ShouldFail().ShouldContain("no spaces");
    }
}
