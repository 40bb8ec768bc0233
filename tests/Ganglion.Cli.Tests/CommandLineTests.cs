using System.Text.Json;
using System.Text.RegularExpressions;
using Ganglion.Agents;
using Ganglion.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("topics")]
    [InlineData("topcs")]
    [InlineData("topics", "list", "extra")]
    [InlineData("produce")]
    [InlineData("produce", "t", "--header", "nameless")]
    [InlineData("consume", "t", "--max", "many")]
    [InlineData("consume", "t", "--offset", "1", "--since", "1m")]
    [InlineData("consume", "t", "--group", "g", "--offset", "1")]
    [InlineData("topics", "list", "--server", "nowhere")]
    [InlineData("topics", "create", "t", "--retention", "long")]
    public async Task A_misused_command_says_so_in_one_line(params string[] args) =>
        (await CliResult.OfAsync(args, [])).ShouldFail(exitCode: 2).ShouldContain("--help'");

    [Theory]
    [InlineData("consume", "t", "--max", "many")]
    [InlineData("dev", "--port", "many")]
    public async Task A_value_that_cannot_be_read_is_told_in_the_words_of_the_command_line(string command, params string[] args) =>
        (await CliResult.OfAsync([command, .. args], [])).ShouldFail(exitCode: 2)
            .ShouldBe($"ganglion: Cannot parse argument 'many' for option '{args[^2]}'. See 'ganglion {command} --help'.");

    [Fact]
    public async Task Help_and_version_are_told()
    {
        (await CliResult.OfAsync([], [])).ShouldSucceed().Output.ShouldContain("ganglion [command]");
        (await CliResult.OfAsync(["consume", "--help"], [])).ShouldSucceed().Output.ShouldContain("--from-beginning");
        (await CliResult.OfAsync(["--version"], [])).ShouldSucceed().Output.ShouldStartWith("0.");
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_one_line_that_says_what_to_do() =>
        (await CliResult.OfAsync(["topics", "list", "--server", "http://127.0.0.1:1"], [])).ShouldFail().ShouldContain("ganglion dev");

    [Fact]
    public async Task A_folder_that_holds_no_events_is_not_made_a_data_folder_by_looking_into_it()
    {
        using var folder = new TemporaryFolder();
        string missing = Path.Combine(folder.Path, "missing");

        (await CliResult.OfAsync(["topics", "list", "--data", missing], [])).ShouldFail().ShouldContain(missing);
        (await CliResult.OfAsync(["topics", "list", "--data", folder.Path], [])).ShouldFail().ShouldContain(folder.Path);

        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_and_a_data_folder_exclude_one_another() =>
        (await CliResult.OfAsync(["topics", "list", "--data", ".", "--server", "http://localhost"], [])).ShouldFail();

    [Fact]
    public async Task The_pipeline_is_shown_step_by_step()
    {
        await using CliHost host = await CliHost.StartAsync();

        CliResult result = (await host.RunAsync("pipeline")).ShouldSucceed();

        result.Lines[0].ShouldMatch("^ *# +STEP +WHAT IT DOES$");
        result.Lines[1].ShouldMatch("^ *1 +decode +");
    }

    [Fact]
    public async Task The_pipeline_of_a_host_with_agents_shows_their_middleware()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGanglion(ganglion => ganglion.UseVolatileBroker().AddAgent(
            "billing", agent => agent.On("orders", (CloudEvent _) => { }), options => options.AddMiddleware<Passing>()));
        await using WebApplication app = builder.Build();
        app.MapGanglion();
        await app.StartAsync(TestContext.Current.CancellationToken);

        CliResult result = (await CliResult.OfAsync(["pipeline", "--server", app.Urls.First()], [])).ShouldSucceed();

        result.Lines.ShouldContain(line => Regex.IsMatch(line, @"^ *9 +Passing \(billing\) +Runs middleware before 'handle', around what follows\.$"));
        result.Lines.ShouldContain(line => Regex.IsMatch(line, "^ *10 +handle +"));
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Passing : IAgentMiddleware
    {
        public Task InvokeAsync(MiddlewareContext context, Func<Task> next) => next();
    }

    [Fact]
    public async Task The_pipeline_is_shown_as_JSON_lines()
    {
        await using CliHost host = await CliHost.StartAsync();

        IReadOnlyList<string> lines = (await host.RunAsync("pipeline", "--json")).ShouldSucceed().Lines;

        lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("name").GetString()).ShouldBe(
            ["decode", "correlate", "deduplicate", "find instance", "schedule", "defer", "restore", "recall", "handle", "reach", "collect", "await commit", "commit"]);
    }
}
