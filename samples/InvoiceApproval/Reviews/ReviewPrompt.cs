using Ganglion.Hosting;
using InvoiceApproval.Invoices;
using InvoiceApproval.Output;
using InvoiceApproval.Timeline;
using Spectre.Console;

namespace InvoiceApproval.Reviews;

/// <summary>Takes the answers of a person at the terminal, a line each, while the timeline goes on.</summary>
internal sealed class ReviewPrompt(IEventPublisher publisher, Ledger ledger, IAnsiConsole console)
{
    private const string Usage = "Type a to approve or r to reject, or name another that waits, as in: a INV-1003";

    // What a person answers is this one, whatever has come meanwhile.
    private volatile ReviewRequired? _asked;
    private bool _isAnnounced;
    private bool _isExplained;

    /// <summary>Chooses what a person is asked: the oldest question, once the one before is settled.</summary>
    public void Choose()
    {
        IReadOnlyList<ReviewRequired> waiting = ledger.Waiting;
        if (!waiting.Any(request => request.InvoiceId == _asked?.InvoiceId))
        {
            _asked = waiting.Count > 0 ? waiting[0] : null;
            _isAnnounced = false;
        }
    }

    /// <summary>Asks it, unless it has been asked; how to answer is told once.</summary>
    public void Announce()
    {
        if (_asked is not { } asked || _isAnnounced)
        {
            return;
        }

        int more = ledger.Waiting.Count - 1;
        string reasons = string.Join(", ", asked.Reasons);
        string others = more > 0 ? $" ({more} more wait)" : string.Empty;
        string question = Markup.Escape(SafeText.Of($"? {asked.InvoiceId}: {asked.Amount}, {reasons}{others}"));
        console.MarkupLine($"[yellow]{question}[/]{(_isExplained ? string.Empty : $"  {Usage}")}");
        _isAnnounced = true;
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
        string? invoice = words.Length > 1 ? words[1] : _asked?.InvoiceId;
        return result is { } label && invoice is not null ? new ReviewCompleted(invoice, label, Environment.UserName) : null;
    }
}
