namespace Ganglion.Approvals;

/// <summary>What a person does about an approval.</summary>
public enum ApprovalAction
{
    /// <summary>Takes it: for a while nobody else decides. Who claims it again, claims it longer.</summary>
    Claim,

    /// <summary>Gives it back.</summary>
    Release,

    /// <summary>Lets the event go on. Where two people have to, the first one's approval is kept until the second.</summary>
    Approve,

    /// <summary>Stops the event.</summary>
    Reject,

    /// <summary>Lets the event go on with other data. Where two people have to approve, it counts as the first approval of the new data.</summary>
    Edit,

    /// <summary>Says something about it, for whoever decides.</summary>
    Comment,

    /// <summary>Hands it to another queue.</summary>
    Escalate,
}
