namespace ResearchTeam.Messages;

/// <summary>How much of an answer there is.</summary>
public enum OutputStatus
{
    /// <summary>All that was planned.</summary>
    Complete,

    /// <summary>Some tasks failed, or were not done in time.</summary>
    Partial,

    /// <summary>There is none; its text says why.</summary>
    Failed,
}
