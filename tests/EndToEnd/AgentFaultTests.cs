namespace EndToEnd;

/// <summary>A real process dies at each point of an event's way through the agents, and starts again.</summary>
public sealed class AgentFaultTests
{
    public static TheoryData<string> Points => [.. FaultyRun.AgentPoints];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Killed_at_any_point_of_an_agent_every_effect_is_there_and_everything_else_happens_once(string point)
    {
        using var folder = new TemporaryFolder();

        await FaultyRun.KillAtAsync(folder, point);

        await FaultOutcome.CheckAsync(folder);
    }
}
