namespace EndToEnd;

/// <summary>A real process dies at each point of a commit's way to the disk, and starts again.</summary>
public sealed class BrokerFaultTests
{
    public static TheoryData<string> Points => [.. FaultyRun.BrokerPoints];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Killed_at_any_point_of_the_broker_every_effect_is_there_and_everything_else_happens_once(string point)
    {
        using var folder = new TemporaryFolder();
        if (point.StartsWith("recovery.", StringComparison.Ordinal))
        {
            // There is something to recover from.
            (await FaultyRun.RunAsync(folder, "kill:round.acknowledged@60")).ShouldBe(FaultyRun.Killed);
        }

        await FaultyRun.KillAtAsync(folder, point);

        await FaultOutcome.CheckAsync(folder);
    }
}
