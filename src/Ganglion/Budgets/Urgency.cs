namespace Ganglion.Budgets;

/// <summary>How long somebody can wait for room in a budget. Who has waited for long comes before who is more urgent and has just come.</summary>
public enum Urgency
{
    /// <summary>Nobody waits for it: it lets an ordinary call go first that comes up to 50 s later.</summary>
    Batch,

    /// <summary>An ordinary call. It lets an interactive one go first that comes up to 10 s later.</summary>
    Normal,

    /// <summary>A person waits for it.</summary>
    Interactive,
}
