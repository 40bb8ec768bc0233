using Ganglion.Hosting;
using InvoiceApproval.Invoices;
using InvoiceApproval.Output;
using InvoiceApproval.Timeline;
using Spectre.Console;

namespace InvoiceApproval.Reviews;

/// <summary>Takes the answers of a person at the terminal, a line each, while the timeline goes on.</summary>
internal sealed class ReviewPrompt(IEventPublisher publisher, Ledger ledger, IAnsiConsole console)
{
    private const string Usage = "Type a to approve or r to reject the oldest question, or with its number, as in: a INV-1003";

    private string? _asked;
    private bool _isExplained;

    /// <summary>Asks a person the oldest question, unless it has been asked; how to answer is told once.</summary>
    public void Announce()
    {
        if (ledger.Waiting is not [var oldest, ..] waiting)
        {
            _asked = null;
            return;
        }

        if (oldest.InvoiceId == _asked)
        {
            return;
        }

        string reasons = string.Join(", ", oldest.Reasons);
        string others = waiting.Count == 1 ? string.Empty : $" ({waiting.Count - 1} more wait)";
        string question = Markup.Escape(SafeText.Of($"? {oldest.InvoiceId}: {oldest.Amount}, {reasons}{others}"));
        console.MarkupLine($"[yellow]{question}[/]{(_isExplained ? string.Empty : $"  {Usage}")}");
        _asked = oldest.InvoiceId;
        _isExplained = true;
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
