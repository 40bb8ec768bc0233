using System.Text.Json.Serialization;
using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>
/// An event that must not go on before a person has agreed: what is written to the channel <see cref="ApprovalRequests.Channel"/> by whoever has held
/// it up. Its <see cref="Id"/> is the approval's, and every decision names it.
/// </summary>
public sealed record ApprovalRequest
{
    /// <summary>The approval: 1 to 100 of the characters a-z A-Z 0-9 . _ -. <see cref="ApprovalRequests.IdOf"/> makes one that is always the same for an event.</summary>
    public required string Id { get; init; }

    /// <summary>Who is to decide: the queue, such as <c>finance.queries</c>. Its topic is <c>finance.queries.pending_approval</c>.</summary>
    public required string Queue { get; init; }

    /// <summary>The event that was held up, as it was.</summary>
    public required CloudEvent Event { get; init; }

    /// <summary>The key of its record; <see langword="null"/>: none.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The topic that it goes to once it is approved, such as <c>agent.responses.approved</c>.</summary>
    public required string ApprovedTopic { get; init; }

    /// <summary>What is answered in its place if it is rejected; <see langword="null"/>: nothing.</summary>
    public ApprovalFallback? Fallback { get; init; }

    /// <summary>The channel that it was published to.</summary>
    public string? Channel { get; init; }

    /// <summary>The stage of the channel's route that has held it up.</summary>
    public string? Stage { get; init; }

    /// <summary>The name of the <see cref="ApprovalRule"/>, or of whatever else has held it up.</summary>
    public string? Rule { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>The score by which it was held up, if by one.</summary>
    public double? Score { get; init; }

    /// <summary>The agent whose event it is. Default: the one that its source names, as in <c>/agents/writer</c>.</summary>
    public string? Agent { get; init; }

    /// <summary>Whether two people have to approve it, whatever its queue says.</summary>
    public bool FourEyes { get; init; }

    /// <summary>The agent whose event it is.</summary>
    [JsonIgnore]
    internal string? Origin => Agent ?? (Event.Source.StartsWith("/agents/", StringComparison.Ordinal) ? Event.Source["/agents/".Length..] : null);
}
