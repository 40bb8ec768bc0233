using Ganglion.Hosting;
using InvoiceApproval.Invoices;
using InvoiceApproval.Timeline;
using Spectre.Console;

namespace InvoiceApproval.Reviews;

/// <summary>Takes the answers of a person at the terminal, a line each, while the timeline goes on.</summary>
internal sealed class ReviewPrompt(IEventPublisher publisher, Ledger ledger, IAnsiConsole console)
{
    private const string Usage = "Type a to approve or r to reject the oldest question, or with its number, as in: a INV-1003";

    /// <summary>Tells a person about the questions that are open.</summary>
    public void Announce()
    {
        if (ledger.Waiting is [var oldest, ..] waiting)
        {
            string others = waiting.Count == 1 ? string.Empty : $" ({waiting.Count - 1} more wait)";
            console.MarkupLine($"[yellow]? {Markup.Escape(oldest.InvoiceId)}: {oldest.Amount}, {Markup.Escape(string.Join(", ", oldest.Reasons))}{others}[/]  {Usage}");
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancellationToken) is { } line)
        {
            if (Parse(line) is { } answer)
            {
                await publisher.PublishAsync(Channels.ReviewCompleted, answer, answer.InvoiceId, cancellationToken);
            }
            else
            {
                console.MarkupLine($"[grey]{Usage}[/]");
            }
        }
    }

    private ReviewCompleted? Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Label? result = words is [var verb, ..] ? verb.ToLowerInvariant() switch
        {
            "a" or "approve" => Label.Approved,
            "r" or "reject" => Label.Rejected,
            _ => null,
        }
        : null;
        string? invoice = words.Length > 1 ? words[1] : (ledger.Waiting is [var oldest, ..] ? oldest.InvoiceId : null);
        return result is { } label && invoice is not null ? new ReviewCompleted(invoice, label, Environment.UserName) : null;
    }
}
