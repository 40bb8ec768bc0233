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

    // Timers come back to the instance that set them.
    private const string ReminderDue = $"{Name}.reminder-due";
    private const string DeadlineDue = $"{Name}.deadline-due";

    [On(Channels.Created, Key = "invoice_id")]
    public async Task ClassifyAsync(InvoiceCreated invoice, AgentContext context)
    {
        if (invoice.Fault() is { } fault)
        {
            throw new UnprocessableEventException(fault);
        }

        if (context.GetState<InvoiceState>() is { } known)
        {
            context.Publish(Channels.Duplicate, new InvoiceDuplicate(invoice.InvoiceId, known.Decided ?? "a person has been asked"));
            return;
        }

        context.Publish(Channels.Started, new AgentStarted(invoice.InvoiceId));
        Classification verdict = await model.ClassifyAsync(invoice, context.CancellationToken);
        context.Publish(
            Channels.Analysed, new AnalysisCompleted(invoice.InvoiceId, verdict.Label, verdict.Confidence, verdict.Reasons));

        if (verdict.Confidence >= policy.Confidence)
        {
            Decide(context, new InvoiceState { Conversation = context.Conversation }, verdict.Label, Decider.Model, verdict.Confidence);
        }
        else
        {
            AskPerson(invoice, verdict, context);
        }
    }

    [On(Channels.ReviewCompleted, Key = "invoice_id")]
    public void TakeAnswer(ReviewCompleted review, AgentContext context)
    {
        InvoiceState? state = context.GetState<InvoiceState>();
        if (state is { Decided: null })
        {
            context.Unschedule(state.Reminder!);
            context.Unschedule(state.Deadline!);
            Decide(context, state, review.ReviewResult, Decider.Person);
        }
        else
        {
            string reason = state?.Decided ?? "there is no such invoice";
            context.Publish(
                Channels.ReviewIgnored, new ReviewIgnored(review.InvoiceId, review.ReviewResult, reason), conversation: state?.Conversation);
        }
    }

    [On(ReminderDue)]
    public void Remind(ReviewReminder reminder, AgentContext context)
    {
        if (context.GetState<InvoiceState>() is { Decided: null })
        {
            context.Publish(Channels.ReviewReminder, reminder);
        }
    }

    [On(DeadlineDue)]
    public void Expire(ReviewExpired expired, AgentContext context)
    {
        if (context.GetState<InvoiceState>() is { Decided: null } state)
        {
            context.Publish(Channels.ReviewExpired, expired);
            Decide(context, state, expired.Action, Decider.Policy);
        }
    }

    private void AskPerson(InvoiceCreated invoice, Classification verdict, AgentContext context)
    {
        DateTimeOffset deadline = context.Now + policy.Deadline;
        context.Publish(Channels.ReviewRequired, new ReviewRequired(
            invoice.InvoiceId, invoice.Amount, invoice.Supplier, invoice.Description,
            verdict.Label, verdict.Confidence, verdict.Reasons, deadline));
        context.SetState(new InvoiceState
        {
            Conversation = context.Conversation,
            Reminder = context.Schedule(policy.Reminder, ReminderDue, new ReviewReminder(invoice.InvoiceId, deadline)),
            Deadline = context.Schedule(policy.Deadline, DeadlineDue, new ReviewExpired(invoice.InvoiceId, policy.Default)),
        });
    }

    // An answer may come as bare JSON that knows of no conversation: the invoice's goes on.
    private static void Decide(AgentContext context, InvoiceState state, Label label, Decider decider, double? confidence = null)
    {
        var classified = new InvoiceClassified(context.Self.Key, label, decider, confidence);
        context.Publish(Channels.Classified, classified, conversation: state.Conversation);
        context.SetState(state with { Decided = Explain(label, decider) });
    }

    private static string Explain(Label label, Decider decider)
    {
        string done = label == Label.Approved ? "approved" : "rejected";
        return decider switch
        {
            Decider.Model => $"the model had {done} it, and nobody was asked",
            Decider.Person => $"a person had {done} it already",
            _ => $"the deadline had passed, and the policy had {done} it",
        };
    }
}
