namespace Loan;

/// <summary>Stands in for a credit bureau: slow, and it bills each inquiry, those of the same number once.</summary>
public sealed class CreditBureau(LoanPolicy policy, Outbox outbox, TimeProvider time)
{
    /// <returns>300 to 850; <see langword="null"/> if it knows nothing about the applicant.</returns>
    public async Task<int?> ScoreAsync(LoanRequest loan, string inquiry, CancellationToken cancellationToken)
    {
        await outbox.PutAsync("inquiries", inquiry, $"1.50 for the score of {loan.Applicant}", cancellationToken);
        await Task.Delay(policy.BureauTime, time, cancellationToken);
        return loan.Income is > 0 and { } income ? (int)Math.Clamp(850 - (100 * loan.Amount / income), 300, 850) : null;
    }
}
