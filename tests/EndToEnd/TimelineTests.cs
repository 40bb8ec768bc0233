using System.Text.Json.Nodes;

namespace EndToEnd;

/// <summary>What programs and people see of the events, wherever it is shown.</summary>
public sealed class TimelineTests : SampleTest
{
    [Fact]
    public async Task As_JSON_it_is_the_only_output_and_no_effect_comes_before_its_cause()
    {
        IReadOnlyList<string> lines = await RunAsync("--count", "500", "--auto-approve", "--json");

        var told = new HashSet<string>();
        int effects = 0;
        foreach (string line in lines)
        {
            JsonNode logged = JsonNode.Parse(line)!;
            logged["correlation_id"].ShouldNotBeNull(line);
            if (logged["causation_id"] is { } cause)
            {
                effects++;
                told.ShouldContain($"{cause}", line);
            }

            told.Add($"{logged["id"]}");
        }

        effects.ShouldBeGreaterThan(3 * 500 - 1, "Each invoice is begun, analysed and classified.");
    }

    [Fact]
    public async Task As_JSON_announcements_and_faults_go_elsewhere()
    {
        await using SampleProcess sample = Start("--count", "1", "--json", "--exit-when-done");

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        lines.ShouldAllBe(line => line.StartsWith('{'));
        sample.Errors.ShouldContain("Listening on http://127.0.0.1:");
        sample.Errors.ShouldContain("1 invoices: 1 classified automatically, 0 approved by a person, 0 rejected, 0 parked");
    }

    [Fact]
    public async Task Into_a_pipe_an_event_is_one_line_without_colours()
    {
        IReadOnlyList<string> lines = await RunAsync("--auto-approve");

        lines.ShouldAllBe(line => !line.Contains('\e'));
        lines.Count(line => line.Contains(Required, StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public async Task A_terminal_that_knows_no_codes_gets_none()
    {
        await using var sample = SampleProcess.StartInTerminal("dumb", Folder.Data, 120, "--auto-approve", "--exit-when-done");

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        lines.ShouldContain(line => line.Contains(Required, StringComparison.Ordinal));
        lines.ShouldAllBe(line => !line.Contains('\e'));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public async Task On_a_screen_no_line_is_wider_than_it(int columns)
    {
        await using var sample = SampleProcess.StartInTerminal(Folder.Data, columns, "--auto-approve", "--exit-when-done");

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        lines.ShouldContain(line => line.Contains(Required, StringComparison.Ordinal));

        // What is said once is for the terminal to wrap.
        string[] events = [.. lines.Where(line => !line.Contains(Folder.Data, StringComparison.Ordinal)).SkipLast(1)];
        events.ShouldAllBe(line => line.Length <= columns);
    }
}
