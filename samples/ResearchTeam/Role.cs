namespace ResearchTeam;

/// <summary>What a process does.</summary>
internal enum Role
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>Plans, hands out, answers.</summary>
    Master,

    /// <summary>Does the researcher's tasks.</summary>
    Researcher,

    /// <summary>Does the writer's tasks.</summary>
    Writer,

    /// <summary>Asks, and shows what comes of it.</summary>
    Client,
}
