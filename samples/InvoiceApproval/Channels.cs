namespace InvoiceApproval;

/// <summary>The names of the channels, which are also the topics and the types of the events.</summary>
internal static class Channels
{
    public const string Created = "invoice.created";
    public const string Classified = "invoice.classified";
    public const string Duplicate = "invoice.duplicate";
    public const string Parked = "invoice.created.dlq";

    public const string Started = "agent.started";
    public const string Analysed = "agent.analysis.completed";

    public const string ReviewRequired = "human_in_loop.required";
    public const string ReviewCompleted = "human_in_loop.completed";
    public const string ReviewReminder = "human_in_loop.reminder";
    public const string ReviewExpired = "human_in_loop.expired";
    public const string ReviewIgnored = "human_in_loop.ignored";
    public const string ReviewParked = "human_in_loop.completed.dlq";

    /// <summary>All that a reader of the timeline sees, causes before their effects.</summary>
    public static readonly string[] All =
    [
        Created, Parked, Duplicate, Started, Analysed,
        ReviewRequired, ReviewReminder, ReviewExpired, ReviewCompleted, ReviewParked, ReviewIgnored, Classified,
    ];
}
