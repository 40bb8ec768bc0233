namespace Ganglion.Approvals;

/// <summary>What a handler asks a person to approve, besides its data.</summary>
/// <param name="Queue">Who is to decide: the queue, 1 to 100 of the characters a-z A-Z 0-9 . _ -.</param>
/// <param name="Type">What is to be approved, such as <c>plan.proposed</c>: the type of its event, by which queues may ask for four eyes and check edits. Also what the waiting is called in the journal.</param>
public sealed record ApprovalQuestion(string Queue, string Type)
{
    /// <summary>What it is about, for people.</summary>
    public string? Subject { get; init; }

    /// <summary>Why it needs approval, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>The name of whatever has asked for approval, for the figures.</summary>
    public string? Rule { get; init; }

    /// <summary>The score by which it needs approval, if by one.</summary>
    public double? Score { get; init; }

    /// <summary>Whether two people have to approve it, whatever its queue says.</summary>
    public bool FourEyes { get; init; }
}
