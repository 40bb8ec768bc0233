namespace Ganglion.Routes;

/// <summary>Which lane of a channel has the next turn.</summary>
internal enum LaneSchedule
{
    /// <summary>The first in which something waits.</summary>
    Strict,

    /// <summary>Each in proportion to its weight.</summary>
    Weighted,

    /// <summary>That of the event that is due first, as long as it can be in time.</summary>
    Deadline,
}
