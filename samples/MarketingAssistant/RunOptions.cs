namespace MarketingAssistant;

/// <summary>What the command line asks for.</summary>
internal sealed record RunOptions
{
    /// <summary>A file of leads as JSON lines.</summary>
    public required string Input { get; init; }

    public required string Data { get; init; }

    /// <summary>Whether people decide, and not the script.</summary>
    public bool ByHand { get; init; }

    /// <summary>The port of the HTTP API; 0: any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The port for Kafka clients; <see langword="null"/>: there is none.</summary>
    public int? KafkaPort { get; init; }

    public bool Json { get; init; }

    /// <summary>Where lies what has gone out.</summary>
    public string Outbox => Path.Combine(Data, "outbox");
}
