namespace Ganglion.Budgets;

/// <summary>How long a limit counts what was spent.</summary>
public enum BudgetPeriod
{
    /// <summary>For a time that slides: what was spent a minute ago counts no more in a limit per minute. Who finds no room waits for it.</summary>
    Window,

    /// <summary>From midnight to midnight, UTC. Who finds no room is refused.</summary>
    Day,

    /// <summary>From the first of a month to that of the next, UTC. Who finds no room is refused.</summary>
    Month,

    /// <summary>For ever. Who finds no room is refused.</summary>
    Total,
}
