namespace Loan;

/// <summary>The names of the channels, which are also the topics and the types of the events.</summary>
internal static class Channels
{
    public const string Submitted = "loan.submitted";
    public const string Requested = "loan.requested";
    public const string CreditChecked = "credit.checked";
    public const string SalesNotified = "sales.notified";
    public const string DocumentGenerated = "loan.document.generated";
    public const string Decided = "loan.decided";

    /// <summary>What the desk waits for and until when: its questions, which the events above answer.</summary>
    public const string Awaited = "loan.result.awaited";

    /// <summary>What the desk cannot take.</summary>
    public const string SubmissionParked = "loan.submitted.dlq";

    /// <summary>What one of the agents could not do, and why.</summary>
    public const string RequestParked = "loan.requested.dlq";

    /// <summary>What the timeline shows.</summary>
    public static readonly string[] Shown =
    [
        Submitted, SubmissionParked, Requested, CreditChecked, SalesNotified, DocumentGenerated, RequestParked, Decided,
    ];
}
