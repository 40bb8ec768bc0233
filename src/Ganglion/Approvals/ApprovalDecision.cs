namespace Ganglion.Approvals;

/// <summary>What was decided about what a handler has asked for.</summary>
/// <typeparam name="TData">The type of the data.</typeparam>
public sealed record ApprovalDecision<TData>
{
    /// <summary>The approval, for whoever wants to look it up.</summary>
    public required string Approval { get; init; }

    /// <summary>Whether it was approved.</summary>
    public required bool IsApproved { get; init; }

    /// <summary>The data that were approved, which may have been edited. If it was rejected, those that were asked about.</summary>
    public required TData Data { get; init; }

    /// <summary>Whether who has approved it has edited the data.</summary>
    public bool IsEdited { get; init; }

    /// <summary>Who has decided, separated by commas if two have; <c>ganglion</c> if nobody has in time.</summary>
    public required string By { get; init; }

    /// <summary>Why it was rejected, up to 500 letters of what the person has said.</summary>
    public string? Reason { get; init; }
}
