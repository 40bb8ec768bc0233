using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>What the instance of an approval remembers.</summary>
internal sealed record ApprovalState
{
    public required string Id { get; init; }

    public required string Queue { get; init; }

    /// <summary>Since when the event is held up.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The conversation of the event.</summary>
    public required string Conversation { get; init; }

    public ApprovalStatus Status { get; init; }

    public int Version { get; init; } = 1;

    /// <summary>How many entries were published: they are numbered.</summary>
    public int Entries { get; init; }

    /// <summary>What was asked; nothing once it is decided.</summary>
    public ApprovalRequest? Request { get; init; }

    /// <summary>The event after the last edit.</summary>
    public CloudEvent? Edited { get; init; }

    public int Edits { get; init; }

    public ApprovalClaim? Claim { get; init; }

    /// <summary>Who have approved this version.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>The queues that it was in, this one the last.</summary>
    public IReadOnlyList<string> Visited { get; init; } = [];

    /// <summary>The timers that are set, by what they are for.</summary>
    public IReadOnlyDictionary<string, string> Timers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>When the default action is due. It is put off while somebody has a claim.</summary>
    public DateTimeOffset? DefaultAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? DecidedBy { get; init; }
}
