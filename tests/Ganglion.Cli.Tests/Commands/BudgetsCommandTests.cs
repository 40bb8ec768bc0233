using System.Text.Json;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Cli.Tests.Commands;

public sealed class BudgetsCommandTests
{
    [Fact]
    public async Task A_budget_of_a_data_folder_is_set_and_shown_until_that_is_taken_back()
    {
        using var folder = new TemporaryFolder();
        string[] data = ["--data", await CreateAsync(folder)];

        CliResult set = await CliResult.OfAsync(
            ["budgets", "set", "tenant:acme", "--limit", "600 requests/minute", "--limit", "50 money/day", "--downgrade-at", "0.8", "--reason", "too dear", .. data], []);
        CliResult listed = await CliResult.OfAsync(["budgets", "list", .. data], []);
        CliResult shown = await CliResult.OfAsync(["budgets", "show", "tenant:acme", .. data], []);
        CliResult json = await CliResult.OfAsync(["budgets", "show", "tenant:acme", "--json", .. data], []);
        CliResult unset = await CliResult.OfAsync(["budgets", "unset", "tenant:acme", "--reason", "done", .. data], []);
        CliResult again = await CliResult.OfAsync(["budgets", "unset", "tenant:acme", .. data], []);

        set.ShouldSucceed();
        listed.Output.ShouldContain("600 requests/minute");
        listed.Output.ShouldContain("50 money/day");
        shown.Output.ShouldContain("From 0.8 of its money on");
        shown.Output.ShouldContain($"by {Environment.UserName}: too dear.");
        using JsonDocument budget = JsonDocument.Parse(json.Output);
        budget.RootElement.GetProperty("name").GetString().ShouldBe("tenant:acme");
        budget.RootElement.GetProperty("limits").GetArrayLength().ShouldBe(2);
        unset.Output.ShouldContain("As it is configured again: tenant:acme.");
        again.ShouldFail().ShouldContain("is not set");
    }

    [Fact]
    public async Task What_is_no_limit_is_refused_with_what_is_one()
    {
        using var folder = new TemporaryFolder();

        CliResult refused = await CliResult.OfAsync(["budgets", "set", "all", "--limit", "600 apples/minute", "--data", await CreateAsync(folder)], []);

        refused.ShouldFail().ShouldContain("'600 requests/minute'");
    }

    private static async Task<string> CreateAsync(TemporaryFolder folder)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        return folder.Path;
    }
}
