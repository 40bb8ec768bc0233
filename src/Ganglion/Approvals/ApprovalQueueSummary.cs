namespace Ganglion.Approvals;

/// <summary>How a queue is doing.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Pending">How many approvals nobody has decided.</param>
public sealed record ApprovalQueueSummary(string Queue, int Pending)
{
    /// <summary>Since when the oldest of them is held up.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>The team that decides, as this host is configured; <see langword="null"/>: everybody, or nobody where there are teams.</summary>
    public string? Team { get; init; }
}
