namespace ResearchTeam;

/// <summary>How the master leads the team: the section <c>Team</c> of the configuration.</summary>
internal sealed record TeamOptions
{
    /// <summary>How many tasks a plan may have.</summary>
    public int MaxTasks { get; init; } = 12;

    /// <summary>How often a task is assigned that fails or is not done in time.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>How often the plan is mended when tasks have failed for good.</summary>
    public int Replans { get; init; } = 1;

    /// <summary>How long a worker has for a task.</summary>
    public TimeSpan TaskTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long all tasks of a plan may take; then the answer is made of what is there.</summary>
    public TimeSpan PlanTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The folder of the documents that are searched. Default: those of the sample.</summary>
    public string Documents { get; init; } = Path.Combine(AppContext.BaseDirectory, "documents");

    /// <summary>How long to wait for the first worker.</summary>
    public TimeSpan TeamTime { get; init; } = TimeSpan.FromMinutes(1);
}
