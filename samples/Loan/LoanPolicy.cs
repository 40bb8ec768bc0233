namespace Loan;

/// <summary>Set in the section <c>Loan</c> of the configuration, such as by the environment variable <c>Loan__Patience=00:00:10</c>.</summary>
public sealed class LoanPolicy
{
    /// <summary>How long the desk waits for each result. Default 1 min.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The least score of who gets a loan. Default 600.</summary>
    public int LeastScore { get; set; } = 600;

    /// <summary>How long the bureau takes to answer. Default 300 ms.</summary>
    public TimeSpan BureauTime { get; set; } = TimeSpan.FromMilliseconds(300);
}
