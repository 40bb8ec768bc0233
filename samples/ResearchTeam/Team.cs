namespace ResearchTeam;

internal static class Team
{
    /// <summary>What workers are found by.</summary>
    public const string Capability = "research-team";
}
