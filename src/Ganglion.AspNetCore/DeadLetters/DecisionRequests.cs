namespace Ganglion.AspNetCore.DeadLetters;

/// <summary>Which letters are to be sent again, and how.</summary>
/// <param name="Letters">Their ids.</param>
internal sealed record RedriveRequest(IReadOnlyList<string> Letters)
{
    public string? To { get; init; }

    /// <summary>Other data, as text; for one letter.</summary>
    public string? Data { get; init; }

    /// <summary>Other data, as bytes.</summary>
    public byte[]? DataBase64 { get; init; }

    public bool Execute { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Which letters are to be discarded.</summary>
/// <param name="Letters">Their ids.</param>
internal sealed record DiscardRequest(IReadOnlyList<string> Letters)
{
    public bool Execute { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }
}
