using System.Text.Json;
using InvoiceApproval.Invoices;
using InvoiceApproval.Reviews;

namespace InvoiceApproval.Timeline;

/// <summary>What became of the invoices, counted from the log, and which wait for a person.</summary>
internal sealed class Ledger(JsonSerializerOptions json)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ReviewRequired> _waiting = [];

    // What was on the log before is read in any order: a decision may come before the question that it settles.
    private readonly HashSet<string> _settled = [];
    private int _automatic;
    private int _approved;
    private int _rejected;
    private int _parked;

    public void Add(LoggedEvent logged)
    {
        lock (_lock)
        {
            switch (logged.Topic)
            {
                case Channels.Parked:
                    _parked++;
                    break;
                case Channels.Classified when Read<InvoiceClassified>(logged) is { } classified:
                    Count(classified);
                    break;
                case Channels.ReviewRequired when Read<ReviewRequired>(logged) is { } required && !_settled.Contains(required.InvoiceId):
                    _waiting[required.InvoiceId] = required;
                    break;
            }
        }
    }

    /// <summary>The questions that nobody has answered, the oldest first.</summary>
    public IReadOnlyList<ReviewRequired> Waiting
    {
        get
        {
            lock (_lock)
            {
                return [.. _waiting.Values.OrderBy(request => request.Deadline)];
            }
        }
    }

    /// <summary>Whether a person or the policy has decided an invoice.</summary>
    public bool IsSettled(string invoice)
    {
        lock (_lock)
        {
            return _settled.Contains(invoice);
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return $"{_automatic + _approved + _rejected + _parked} invoices: {_automatic} classified automatically, "
                + $"{_approved} approved by a person, {_rejected} rejected, {_parked} parked";
        }
    }

    private void Count(InvoiceClassified classified)
    {
        _ = classified switch
        {
            { Classification: Label.Rejected } => _rejected++,
            { DecidedBy: Decider.Person } => _approved++,
            _ => _automatic++,
        };
        if (classified.DecidedBy != Decider.Model)
        {
            _settled.Add(classified.InvoiceId);
            _waiting.Remove(classified.InvoiceId);
        }
    }

    private T? Read<T>(LoggedEvent logged)
        where T : class
    {
        try
        {
            return logged.Event.Data is { } data ? JsonSerializer.Deserialize<T>(data.Span, json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
