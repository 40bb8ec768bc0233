using System.Text.Json;
using Ganglion.Brokers;

namespace Ganglion.Cli.Tests.Commands;

public sealed class GroupsCommandTests
{
    [Fact]
    public async Task Groups_are_listed_and_described_with_their_lag()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1", "2", "3");
        (await host.RunAsync("consume", "t", "--group", "g", "--max", "1")).ShouldSucceed();

        IReadOnlyList<string> listed = (await host.RunAsync("groups", "list")).ShouldSucceed().Lines;
        IReadOnlyList<string> described = (await host.RunAsync("groups", "describe", "g")).ShouldSucceed().Lines;

        listed[1].ShouldMatch("^g +empty +0 +2$");
        described[0].ShouldBe("g: empty, lag 2");
        described[2].ShouldMatch("^t +0 +1 +3 +2 +-$");
    }

    [Fact]
    public async Task What_members_have_is_described_also_where_nothing_is_committed_yet()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");
        await using IEventConsumer member = await host.Broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "g", Topics = ["t"] }, TestContext.Current.CancellationToken);
        await member.ReadAsync(TestContext.Current.CancellationToken);

        IReadOnlyList<string> described = (await host.RunAsync("groups", "describe", "g")).ShouldSucceed().Lines;

        described[2].ShouldBe($"t              0          -       -    -  {member.Group.MemberId}");
    }

    [Fact]
    public async Task A_group_is_reset()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1", "2");
        (await host.RunAsync("consume", "t", "--group", "g")).ShouldSucceed();

        CliResult reset = await host.RunAsync("groups", "reset", "g", "--topic", "t", "--to", "earliest");

        reset.ShouldSucceed().Lines[0].ShouldBe("g: empty, lag 2");
        (await host.RunAsync("consume", "t", "--group", "g")).ShouldSucceed().Lines.ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_deleted_group_is_gone_and_reads_from_the_beginning_again()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1", "2");
        (await host.RunAsync("consume", "t", "--group", "g h")).ShouldSucceed();

        CliResult deleted = await host.RunAsync("groups", "delete", "g h");

        deleted.ShouldSucceed().Output.ShouldBe("deleted g h\n");
        (await host.RunAsync("groups", "describe", "g h")).ShouldFail().ShouldContain("'g h'");
        (await host.RunAsync("consume", "t", "--group", "g h")).ShouldSucceed().Lines.ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_group_with_members_is_not_deleted()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");
        await using IEventConsumer member = await host.Broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "g", Topics = ["t"] }, TestContext.Current.CancellationToken);
        await member.ReadAsync(TestContext.Current.CancellationToken);

        string refusal = (await host.RunAsync("groups", "delete", "g")).ShouldFail();

        refusal.ShouldBe("ganglion: Group 'g' has 1 member(s). Stop them first.");
        (await host.RunAsync("groups", "describe", "g")).ShouldSucceed().Lines[0].ShouldStartWith("g: stable");
    }

    [Theory]
    [InlineData("earliest", 0)]
    [InlineData("latest", 3)]
    [InlineData("2", 2)]
    [InlineData("1h", 0)]
    [InlineData("2000-01-01T00:00:00Z", 0)]
    [InlineData("2999-01-01T00:00:00Z", 3)]
    public async Task A_group_is_reset_in_one_partition_to_any_position(string position, long offset)
    {
        await using CliHost host = await CliHost.StartAsync();
        (await host.RunAsync("topics", "create", "t", "--partitions", "2")).ShouldSucceed();
        await host.AppendAsync("t", "1", "2", "3");
        (await host.RunAsync("consume", "t", "--group", "g", "--max", "1")).ShouldSucceed();

        CliResult reset = await host.RunAsync("groups", "reset", "g", "--topic", "t", "--partition", "0", "--to", position, "--json");

        JsonElement offsets = JsonDocument.Parse(reset.ShouldSucceed().Lines.ShouldHaveSingleItem()).RootElement.GetProperty("offsets");
        offsets.EnumerateArray().Single(one => one.GetProperty("partition").GetInt32() == 0)
            .GetProperty("committed").GetInt64().ShouldBe(offset);
    }

    [Fact]
    public async Task What_cannot_be_reset_is_one_line_of_error()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");

        (await host.RunAsync("groups", "reset", "g", "--topic", "missing", "--to", "earliest")).ShouldFail().ShouldContain("'missing'");
        (await host.RunAsync("groups", "reset", "g", "--topic", "t", "--to", "noon")).ShouldFail().ShouldContain("noon");
        (await host.RunAsync("groups", "reset", "g", "--topic", "t")).ShouldFail(exitCode: 2).ShouldContain("--to");
    }

    [Fact]
    public async Task Groups_are_shown_as_JSON_lines()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");
        (await host.RunAsync("consume", "t", "--group", "g")).ShouldSucceed();

        foreach (string[] command in (string[][])[["groups", "list", "--json"], ["groups", "describe", "g", "--json"]])
        {
            string line = (await host.RunAsync(command)).ShouldSucceed().Lines.ShouldHaveSingleItem();
            JsonDocument.Parse(line).RootElement.GetProperty("lag").GetInt64().ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_one_line_of_error()
    {
        await using CliHost host = await CliHost.StartAsync();

        (await host.RunAsync("groups", "describe", "g")).ShouldFail().ShouldContain("'g'");
        (await host.RunAsync("groups", "delete", "g")).ShouldFail().ShouldContain("'g'");
    }
}
