using System.Text.Json;

namespace Ganglion.AspNetCore.Approvals;

/// <summary>What is to be done about an approval.</summary>
internal sealed record ApprovalActRequest
{
    /// <summary>Who; means nothing where the caller was authenticated.</summary>
    public string? By { get; init; }

    /// <summary>The version that was looked at.</summary>
    public int? Version { get; init; }

    public string? Reason { get; init; }

    /// <summary>To edit: the new data; of text, a JSON string.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>To edit: the new data as bytes.</summary>
    public byte[]? DataBase64 { get; init; }

    /// <summary>To escalate: the queue.</summary>
    public string? To { get; init; }

    /// <summary>To claim: for how long.</summary>
    public string? For { get; init; }

    /// <summary>Whether only to tell what would become of it.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What is to be done about many approvals.</summary>
/// <param name="Action">What.</param>
internal sealed record ApprovalBatchRequest(string Action)
{
    /// <summary>Their ids, each with the version that was looked at, as in <c>id@2</c>, or without: the newest.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Which, instead: those that are pending.</summary>
    public ApprovalFilterRequest? Filter { get; init; }

    public bool Execute { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }

    public string? To { get; init; }

    public string? For { get; init; }
}

/// <summary>Which approvals are meant.</summary>
internal sealed record ApprovalFilterRequest
{
    public string? Queue { get; init; }

    public string? Agent { get; init; }

    public string? Rule { get; init; }

    public string? Channel { get; init; }

    /// <summary>Whether only those that nobody has claimed.</summary>
    public bool Unclaimed { get; init; }

    /// <summary>Held up since before a time, or for so long.</summary>
    public string? Before { get; init; }
}
