using Ganglion.Agents;
using InvoiceApproval.Invoices;
using InvoiceApproval.Models;
using InvoiceApproval.Reviews;

namespace InvoiceApproval;

/// <summary>
/// Decides an invoice: by the model if it is sure, by a person if it is not, by the policy if nobody answers. Each invoice is an
/// instance of its own, so that one that waits for a person holds up no other.
/// </summary>
[Agent(Name)]
public sealed class InvoiceClassifier(InvoiceModel model, ReviewPolicy policy) : Agent
{
    public const string Name = "invoice-classifier";

    [On(Channels.Created, Key = "invoice_id")]
    public async Task ClassifyAsync(InvoiceCreated invoice, AgentContext context)
    {
        if (invoice.Fault() is { } fault)
        {
            throw new UnprocessableEventException(fault);
        }

        if (context.GetState<InvoiceState>() is { } known)
        {
            context.Publish(Channels.Duplicate, new InvoiceDuplicate(invoice.InvoiceId, known.Explain()));
            return;
        }

        context.SetState(new InvoiceState(context.Conversation));
        context.Publish(Channels.Started, new AgentStarted(invoice.InvoiceId));
        AnalysisCompleted analysis = await context.RunAsync("classify", effect => AnalyseAsync(invoice, effect.CancellationToken));
        context.Publish(Channels.Analysed, analysis);

        InvoiceClassified decision = analysis.IsSure
            ? new InvoiceClassified(invoice.InvoiceId, analysis.Label, Decider.Model, analysis.Confidence)
            : await AskPersonAsync(invoice, analysis, context);
        context.Publish(Channels.Classified, decision);
        context.SetState(new InvoiceState(context.Conversation, decision));
    }

    [On(Channels.ReviewCompleted, Key = "invoice_id", Unclaimed = true)]
    public void Ignore(ReviewCompleted review, AgentContext context)
    {
        InvoiceState? state = context.GetState<InvoiceState>();
        string reason = state?.Explain() ?? "there is no such invoice";
        context.Publish(
            Channels.ReviewIgnored, new ReviewIgnored(review.InvoiceId, review.ReviewResult, reason), conversation: state?.Conversation);
    }

    // Whether the model is sure is recorded with what it said: what is configured when the answer comes may be something else.
    private async Task<AnalysisCompleted> AnalyseAsync(InvoiceCreated invoice, CancellationToken cancellationToken)
    {
        Classification verdict = await model.ClassifyAsync(invoice, cancellationToken);
        return new AnalysisCompleted(
            invoice.InvoiceId, verdict.Label, verdict.Confidence, verdict.Reasons, IsSure: verdict.Confidence >= policy.Confidence);
    }

    private async Task<InvoiceClassified> AskPersonAsync(InvoiceCreated invoice, AnalysisCompleted analysis, AgentContext context)
    {
        var question = new ReviewRequired(
            invoice.InvoiceId, invoice.Amount, invoice.Supplier, invoice.Description,
            analysis.Label, analysis.Confidence, analysis.Reasons, Deadline: context.Now + policy.Deadline);
        try
        {
            Task<ReviewCompleted> answer = context.AskAsync<ReviewCompleted>(
                Channels.ReviewRequired, question, answers: Channels.ReviewCompleted, timeout: policy.Deadline, by: new("invoice_id", invoice.InvoiceId));
            if (await Task.WhenAny(answer, context.DelayAsync(policy.Reminder)) != answer)
            {
                context.Publish(Channels.ReviewReminder, new ReviewReminder(invoice.InvoiceId, question.Deadline));
            }

            return new InvoiceClassified(invoice.InvoiceId, (await answer).ReviewResult, Decider.Person);
        }
        catch (RequestTimeoutException)
        {
            context.Publish(Channels.ReviewExpired, new ReviewExpired(invoice.InvoiceId, policy.Default));
            return new InvoiceClassified(invoice.InvoiceId, policy.Default, Decider.Policy);
        }
    }
}
