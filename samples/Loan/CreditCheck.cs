using Ganglion.Agents;

namespace Loan;

/// <summary>Asks the bureau about the applicant of every loan that is requested.</summary>
[Agent("credit-check")]
public sealed class CreditCheck(CreditBureau bureau, LoanPolicy policy) : Agent
{
    [On(Channels.Requested, Key = "loan_id")]
    public async Task CheckAsync(LoanRequest loan, AgentContext context) =>
        context.Publish(Channels.CreditChecked, await context.RunAsync("score", effect => LookUpAsync(loan, effect)));

    // What the policy makes of the score is recorded with it: it may have changed when the handler runs again.
    private async Task<CreditChecked> LookUpAsync(LoanRequest loan, EffectContext effect)
    {
        int? score = await bureau.ScoreAsync(loan, effect.IdempotencyKey, effect.CancellationToken);
        Credit credit = score is null ? Credit.Unknown : score >= policy.LeastScore ? Credit.Good : Credit.Poor;
        return new CreditChecked(loan.LoanId, credit, score);
    }
}
