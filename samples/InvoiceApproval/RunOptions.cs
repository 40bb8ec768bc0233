namespace InvoiceApproval;

/// <summary>What the command line asks for.</summary>
internal sealed record RunOptions
{
    /// <summary>A file of JSON lines; <c>-</c> is the standard input.</summary>
    public string? Input { get; init; }

    /// <summary>How many invoices to generate.</summary>
    public int? Count { get; init; }

    public bool AutoApprove { get; init; }

    public bool ExitWhenDone { get; init; }

    public required string Data { get; init; }

    /// <summary>Addresses of a Kafka cluster; <see langword="null"/>: the broker is in this process, on the data folder.</summary>
    public string? Kafka { get; init; }

    /// <summary>The port for Kafka clients; <see langword="null"/>: there is none.</summary>
    public int? KafkaPort { get; init; }

    /// <summary>The port of the HTTP API; <see langword="null"/>: 5080, unless the configuration says otherwise.</summary>
    public int? Port { get; init; }

    public bool Json { get; init; }

    /// <summary>Whether a person sits at the terminal who can be asked.</summary>
    public bool CanAsk => !AutoApprove && !Json && Input != "-" && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>What cannot be, and what can; <see langword="null"/> if there is nothing to object to.</summary>
    public string? Fault() => this switch
    {
        { Input: not null, Count: not null } => "--input and --count exclude one another.",
        { Input: { } file } when file != "-" && !File.Exists(file) =>
            $"There is no file '{file}': name a file of JSON lines, or - for the standard input.",
        { Kafka: not null, ExitWhenDone: true } =>
            "--exit-when-done and --kafka exclude one another: other processes may have work of which this one does not know.",
        { Kafka: not null, KafkaPort: not null } => "--kafka and --kafka-port exclude one another: clients of a cluster connect to the cluster itself.",
        { KafkaPort: < 1 or > 65535 } => "--kafka-port is to be 1 to 65535.",
        { Count: < 0 } => "--count is to be 0 or more.",
        { Port: < 0 or > 65535 } => "--port is to be 0 to 65535.",
        _ => null,
    };
}
