namespace Loan;

/// <summary>The form that an applicant has filled in.</summary>
public sealed record LoanRequest(string LoanId, string Applicant, decimal Amount, decimal? Income = null);

/// <summary>What the bureau says about the applicant.</summary>
public sealed record CreditChecked(string LoanId, Credit Credit, int? Score = null);

public enum Credit
{
    Good,
    Poor,
    Unknown,
}

/// <summary>Sales knows of the loan.</summary>
public sealed record SalesNotified(string LoanId, string Notice);

/// <summary>The document is ready to be signed.</summary>
public sealed record DocumentGenerated(string LoanId, string Document);

/// <summary>The desk waits for an event of this channel about the loan.</summary>
public sealed record ResultAwaited(string LoanId, string Channel, DateTimeOffset Until);

/// <summary>What has become of the loan, and why.</summary>
public sealed record LoanDecided(string LoanId, Outcome Outcome, string Reason);

public enum Outcome
{
    Granted,
    Refused,

    /// <summary>Something is missing: a person looks into it.</summary>
    Undecided,
}
