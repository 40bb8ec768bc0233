using System.Text.Json;
using Ganglion.Brokers;

namespace Ganglion.Cli.Tests.Commands;

/// <summary>What is looked at without Kafka; tests/Ganglion.Kafka.Tests has the rest.</summary>
public sealed class DoctorCommandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_topics_of_a_running_host_are_looked_at()
    {
        await using CliHost host = await CliHost.StartAsync();
        await CreateAsync(host, "counter.inbox", CleanupPolicy.Delete);
        await CreateAsync(host, "counter.timers", CleanupPolicy.Compact);
        await CreateAsync(host, "counter.journal", CleanupPolicy.Compact);
        await CreateAsync(host, "counter.state", CleanupPolicy.Compact);

        CliResult result = await host.RunAsync("doctor");

        result.ShouldSucceed();
        result.Lines.ShouldBe(
        [
            "CHECK              FOUND",
            "topics         ok  there are 4, those of 1 agents among them.",
            "agent counter  ok  its topics have 2 partitions each, and keep what they must.",
        ]);
    }

    [Fact]
    public async Task A_fault_ends_with_another_exit_code_and_says_what_to_mend()
    {
        await using CliHost host = await CliHost.StartAsync();
        await CreateAsync(host, "counter.inbox", CleanupPolicy.Compact);

        CliResult result = await host.RunAsync("doctor", "--json");

        result.ExitCode.ShouldBe(1);
        JsonElement fault = result.Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .Single(finding => finding.GetProperty("level").GetString() == "fault");
        fault.GetProperty("check").GetString().ShouldBe("counter.inbox");
        fault.GetProperty("remedy").GetString()!.ShouldContain("cleanup.policy=delete");
    }

    [Theory]
    [InlineData("--kafka", "localhost:9092")]
    [InlineData("--probe", null)]
    public async Task What_is_of_a_cluster_only_is_refused_elsewhere(string option, string? value)
    {
        await using CliHost host = await CliHost.StartAsync();

        CliResult result = await host.RunAsync(["doctor", option, .. value is null ? [] : new[] { value }]);

        result.ShouldFail().ShouldContain("--kafka");
    }

    private static async Task CreateAsync(CliHost host, string name, CleanupPolicy cleanup) =>
        await host.Broker.Topics.CreateAsync(name, new TopicSettings { Partitions = 2, Cleanup = cleanup }, Cancelled);
}
