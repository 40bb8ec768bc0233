using System.Diagnostics;
using System.Text.Json;
using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Tests.Doctor;

/// <summary><c>ganglion doctor</c>, as a person runs it.</summary>
public sealed class DoctorCommandTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private static readonly string Program = TestProgram.Find("Ganglion.Cli");

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_without_faults_is_listed_and_ends_well()
    {
        (int exitCode, string output) = await RunAsync(["--kafka", cluster.BootstrapServers]);

        exitCode.ShouldBe(0, output);
        string[] lines = output.Split('\n');
        lines[0].ShouldStartWith("CHECK ");
        lines.ShouldContain(line => line.StartsWith("native client ", StringComparison.Ordinal) && line.Contains("  ok ", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("broker settings ", StringComparison.Ordinal) && line.Contains(" ?  ", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_that_does_not_answer_is_a_fault_within_the_time_given()
    {
        (int exitCode, string output) = await RunAsync(["--kafka", "127.0.0.1:1", "--timeout", "8s"]);

        exitCode.ShouldBe(1, output);
        output.ShouldContain("connection     FAULT  The cluster does not answer (127.0.0.1:1): ");
    }

    [Fact(Timeout = 60_000)]
    public async Task Settings_come_from_files_and_the_environment_and_findings_go_out_as_JSON()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{ "Ganglion": { "Kafka": { "BootstrapServers": "nowhere:1", "Client": { "acks": "1" } } } }""", Timeout);

            (int exitCode, string output) = await RunAsync(["--settings", file, "--json"], ("Ganglion__Kafka__Producer__Compression", "brotli"));

            exitCode.ShouldBe(1, output);
            JsonElement[] faults =
            [
                .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
                    .Where(finding => finding.GetProperty("level").GetString() == "fault"),
            ];
            faults.Select(fault => fault.GetProperty("check").GetString()).ShouldBe(["settings", "settings"]);
            faults[0].GetProperty("text").GetString()!.ShouldContain("Compression is 'brotli'");
            faults[1].GetProperty("text").GetString()!.ShouldContain("acks cannot be set");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_of_the_environment_is_looked_at_without_being_named()
    {
        (int exitCode, string output) = await RunAsync([], ("Ganglion__Kafka__BootstrapServers", cluster.BootstrapServers));

        exitCode.ShouldBe(0, output);
        output.ShouldContain("cluster ");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_native_client_that_is_missing_is_a_fault_with_what_to_do()
    {
        (int exitCode, string output) = await RunAsync(["--kafka", cluster.BootstrapServers], (NativeClient.Variable, "/nowhere/librdkafka.so.1"));

        exitCode.ShouldBe(1, output);
        output.ShouldContain("native client  FAULT  Kafka's native client, librdkafka, is missing: /nowhere/librdkafka.so.1 cannot be loaded");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "doctor", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(Timeout);
        string output = await process.StandardOutput.ReadToEndAsync(Timeout);
        await process.WaitForExitAsync(Timeout);
        return (process.ExitCode, output + await error);
    }
}
