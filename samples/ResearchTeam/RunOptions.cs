namespace ResearchTeam;

/// <summary>What the command line says.</summary>
internal sealed record RunOptions
{
    /// <summary>What is asked; <see langword="null"/>: whatever is typed.</summary>
    public string? Prompt { get; init; }

    /// <summary>What the process does.</summary>
    public Role Role { get; init; }

    /// <summary>The folder of the log.</summary>
    public required string Data { get; init; }

    /// <summary>The Kafka cluster; <see langword="null"/>: the log is in the folder.</summary>
    public string? Kafka { get; init; }

    /// <summary>Where clients of Kafka find the broker of this process; <see langword="null"/>: nowhere.</summary>
    public int? KafkaPort { get; init; }

    /// <summary>Whether a person sees each plan before it is carried out.</summary>
    public bool ApprovePlan { get; init; }

    /// <summary>How long the scripted model takes for an answer.</summary>
    public TimeSpan ModelTime { get; init; }

    /// <summary>Whether the timeline is written as JSON lines.</summary>
    public bool Json { get; init; }

    /// <summary>Whether the process asks anything.</summary>
    public bool Asks => Role is Role.All or Role.Client;
}
