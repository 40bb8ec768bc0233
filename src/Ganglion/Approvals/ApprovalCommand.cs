using System.Text.Json;

namespace Ganglion.Approvals;

/// <summary>What a person wants to be done about an approval.</summary>
/// <param name="Id">The approval.</param>
/// <param name="Action">What.</param>
public sealed record ApprovalCommand(string Id, ApprovalAction Action)
{
    /// <summary>Who: a name of 1 to 100 characters.</summary>
    public required string By { get; init; }

    /// <summary>The roles of the person, as far as somebody vouches for them.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Whether somebody vouches for the name: the person was authenticated.</summary>
    public bool IsAuthenticated { get; init; }

    /// <summary>
    /// The version that the person has looked at, see <see cref="ApprovalItem.Version"/>; to approve, reject and edit. Another one by then: the
    /// decision is refused (<c>approval-version-stale</c>).
    /// </summary>
    public int? Version { get; init; }

    /// <summary>Why, or the comment.</summary>
    public string? Reason { get; init; }

    /// <summary>To edit: the new data, where the event's data is JSON or text; a text is then a JSON string.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>To edit: the new data as bytes, where they are neither JSON nor text.</summary>
    public ReadOnlyMemory<byte>? DataBytes { get; init; }

    /// <summary>To escalate: the queue.</summary>
    public string? To { get; init; }

    /// <summary>To claim: for how long. Default: as the queue says.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Whether only to tell what would become of it.</summary>
    public bool IsDryRun { get; init; }
}
