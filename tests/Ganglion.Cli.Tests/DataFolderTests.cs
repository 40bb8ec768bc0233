using System.Text;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Cli.Tests;

/// <summary>Every command works on a data folder as it does on a host.</summary>
public sealed class DataFolderTests
{
    [Fact]
    public async Task What_one_command_writes_the_next_reads()
    {
        using var folder = new TemporaryFolder();

        (await RunAsync(folder, "1\n2\n3\n", "produce", "t", "--key", "K")).ShouldSucceed();

        (await RunAsync(folder, "", "topics", "list")).ShouldSucceed().Lines[1].ShouldStartWith("t ");
        (await RunAsync(folder, "", "consume", "t", "--from-beginning")).ShouldSucceed().Lines.ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task A_group_goes_on_where_the_command_before_was()
    {
        using var folder = new TemporaryFolder();
        (await RunAsync(folder, "1\n2\n3\n", "produce", "t")).ShouldSucceed();

        (await RunAsync(folder, "", "consume", "t", "--group", "g", "--max", "1")).ShouldSucceed().Lines.ShouldBe(["1"]);
        (await RunAsync(folder, "", "groups", "describe", "g")).ShouldSucceed().Lines[0].ShouldBe("g: empty, lag 2");
        (await RunAsync(folder, "", "consume", "t", "--group", "g")).ShouldSucceed().Lines.ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task A_folder_that_somebody_holds_is_one_line_that_says_who()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker holder = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: TestContext.Current.CancellationToken);

        (await RunAsync(folder, "", "topics", "list")).ShouldFail().ShouldContain($"{Environment.ProcessId}");
    }

    private static Task<CliResult> RunAsync(TemporaryFolder folder, string input, params string[] args) =>
        CliResult.OfAsync([.. args, "--data", folder.Path], Encoding.UTF8.GetBytes(input));
}
