using Ganglion.Agents;

namespace Loan;

/// <summary>Lets everybody know that a loan is requested, and decides it by what they find out. Each loan is an instance of its own.</summary>
[Agent("loan-desk")]
public sealed class LoanDesk(LoanPolicy policy) : Agent
{
    [On(Channels.Submitted, Key = "loan_id")]
    public async Task DecideAsync(LoanRequest loan, AgentContext context)
    {
        if (context.GetState<bool>())
        {
            throw new UnprocessableEventException($"There is a loan {loan.LoanId} already: submit another under a number of its own.");
        }

        // The request is committed together with all that is awaited: no result can be faster than who waits for it.
        context.SetState(true);
        context.Publish(Channels.Requested, loan);
        Task<CreditChecked?> credit = AwaitAsync<CreditChecked>(Channels.CreditChecked);
        Task<SalesNotified?> notice = AwaitAsync<SalesNotified>(Channels.SalesNotified);
        Task<DocumentGenerated?> document = AwaitAsync<DocumentGenerated>(Channels.DocumentGenerated);

        // Without good credit nobody needs a document, or waits for one.
        if (await credit is { Credit: Credit.Good })
        {
            await Task.WhenAll(notice, document);
        }

        (Outcome outcome, string reason) = await credit switch
        {
            null => (Outcome.Undecided, "the credit has not been checked in time"),
            { Credit: Credit.Unknown } => (Outcome.Undecided, "the bureau knows nothing about the applicant"),
            { Credit: Credit.Poor, Score: var score } => (Outcome.Refused, $"the score is {score}"),
            _ when await notice is null => (Outcome.Undecided, "sales has not been notified in time"),
            _ when await document is null => (Outcome.Undecided, "there was no document in time"),
            { Score: var score } => (Outcome.Granted, $"the score is {score}, the document is ready to be signed"),
        };
        context.Publish(Channels.Decided, new LoanDecided(loan.LoanId, outcome, reason));

        async Task<TResult?> AwaitAsync<TResult>(string channel)
            where TResult : class
        {
            try
            {
                return await context.AskAsync<TResult>(
                    Channels.Awaited, new ResultAwaited(loan.LoanId, channel, Until: context.Now + policy.Patience),
                    answers: channel, timeout: policy.Patience, by: new("loan_id", loan.LoanId));
            }
            catch (RequestTimeoutException)
            {
                return null;
            }
        }
    }
}
