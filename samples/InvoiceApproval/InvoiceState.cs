namespace InvoiceApproval;

/// <summary>What the agent remembers of an invoice: that it waits for a person, or how it was decided.</summary>
public sealed record InvoiceState
{
    /// <summary>The conversation that the invoice began: what follows from a person's answer belongs to it, too.</summary>
    public string? Conversation { get; init; }

    /// <summary>How it was decided, for whoever asks again; <see langword="null"/>: a person has been asked.</summary>
    public string? Decided { get; init; }

    /// <summary>The timer of the reminder.</summary>
    public string? Reminder { get; init; }

    /// <summary>The timer of the deadline.</summary>
    public string? Deadline { get; init; }
}
