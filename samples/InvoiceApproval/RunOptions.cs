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

    /// <summary>The port of the HTTP API; <see langword="null"/>: 5080, unless the configuration says otherwise.</summary>
    public int? Port { get; init; }

    public bool Json { get; init; }

    /// <summary>Whether a person sits at the terminal who can be asked.</summary>
    public bool CanAsk => !AutoApprove && !Json && Input != "-" && !Console.IsInputRedirected && !Console.IsOutputRedirected;
}
