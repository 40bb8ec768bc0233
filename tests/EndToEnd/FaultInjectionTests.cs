using Ganglion.Testing;

namespace EndToEnd;

/// <summary>Faults anywhere, and who gets none.</summary>
public sealed class FaultInjectionTests
{
    private const int MostKills = 8;

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Killed_anywhere_again_and_again_every_effect_is_there_and_everything_else_happens_once(int seed)
    {
        using var folder = new TemporaryFolder();
        int kills = 0;
        while (kills < MostKills && await FaultyRun.RunAsync(folder, $"kill:*@p=0.003,seed={seed + kills}") == FaultyRun.Killed)
        {
            kills++;
        }

        kills.ShouldBeGreaterThan(2);
        (await FaultyRun.RunAsync(folder, "")).ShouldBe(0);
        await FaultOutcome.CheckAsync(folder);
    }

    [Fact]
    public async Task Slow_anywhere_everything_happens_once()
    {
        using var folder = new TemporaryFolder();

        (await FaultyRun.RunAsync(folder, "delay:*=20ms@p=0.02,seed=1")).ShouldBe(0);

        await FaultOutcome.CheckAsync(folder);
    }

    [Fact]
    public async Task Faults_that_cannot_be_understood_are_told_at_the_start()
    {
        using var folder = new TemporaryFolder();
        await using var process = SampleProcess.StartFaulty(folder.File(""), "kill:nowhere");

        (await process.WaitForExitAsync()).ExitCode.ShouldNotBeOneOf(0, FaultyRun.Killed);

        process.Errors.ShouldContain(FaultInjection.Variable);
        process.Errors.ShouldContain("there is no point 'nowhere'");
        Directory.Exists(folder.Data).ShouldBeFalse();
    }

    [Fact]
    public async Task A_program_that_does_not_ask_for_faults_gets_none()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { [FaultInjection.Variable] = "kill:*" };

        await using var sample = SampleProcess.Start(folder.Data, environment, "--count", "3", "--auto-approve", "--exit-when-done");

        (await sample.WaitForExitAsync()).ExitCode.ShouldBe(0, sample.Errors);
    }
}
