using System.Text.Json;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Cli.Tests.Commands;

public sealed class PauseCommandsTests
{
    [Fact]
    public async Task What_is_paused_in_a_data_folder_is_there_until_somebody_ends_it()
    {
        using var folder = new TemporaryFolder();
        string[] data = ["--data", await CreateAsync(folder)];

        CliResult paused = await CliResult.OfAsync(["pause", "agent:payer", "--reason", "nonsense", .. data], []);
        CliResult cancelled = await CliResult.OfAsync(["pause", "agent:payer", "--cancel", .. data], []);
        CliResult listed = await CliResult.OfAsync(["pauses", .. data], []);
        CliResult json = await CliResult.OfAsync(["pauses", "--json", .. data], []);
        CliResult resumed = await CliResult.OfAsync(["resume", "agent:payer", .. data], []);
        CliResult again = await CliResult.OfAsync(["resume", "agent:payer", .. data], []);

        CliResult history = await CliResult.OfAsync(["pauses", "history", "agent:payer", .. data], []);
        CliResult historyOfAnother = await CliResult.OfAsync(["pauses", "history", "all", "--json", .. data], []);

        paused.ShouldSucceed();
        paused.Output.ShouldContain("'ganglion resume agent:payer' ends it.");
        paused.Output.ShouldNotContain("cancelled");
        cancelled.Output.ShouldContain("What was in hand is cancelled");
        listed.Output.ShouldContain("agent:payer");
        listed.Output.ShouldContain("nonsense");
        using JsonDocument pause = JsonDocument.Parse(json.Output);
        pause.RootElement.GetProperty("target").GetString().ShouldBe("agent:payer");
        pause.RootElement.GetProperty("by").GetString().ShouldBe(Environment.UserName);
        resumed.Output.ShouldContain("No longer paused: agent:payer.");
        history.Output.Split('\n').Count(line => line.Contains("agent:payer", StringComparison.Ordinal)).ShouldBe(3);
        history.Output.ShouldContain("work cancelled");
        history.Output.ShouldContain("resumed");
        historyOfAnother.ShouldSucceed();
        historyOfAnother.Output.ShouldBeEmpty();
        again.Output.ShouldContain("Was not paused");
    }

    [Fact]
    public async Task What_cannot_be_paused_is_refused_with_what_can()
    {
        using var folder = new TemporaryFolder();

        CliResult refused = await CliResult.OfAsync(["pause", "payer", "--data", await CreateAsync(folder)], []);

        refused.ShouldFail().ShouldContain("agent:NAME, channel:NAME, tier:NAME or all");
    }

    private static async Task<string> CreateAsync(TemporaryFolder folder)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        return folder.Path;
    }
}
