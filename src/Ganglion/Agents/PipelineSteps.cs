namespace Ganglion.Agents;

/// <summary>
/// The names of the steps that every event takes through an agent, in their order. Middleware is placed from behind <see cref="Recall"/> to
/// before <see cref="Collect"/>.
/// </summary>
public static class PipelineSteps
{
    /// <summary>Makes an event of the record.</summary>
    public const string Decode = "decode";

    /// <summary>Finds the handler that waits for it, if it brings what one waits for.</summary>
    public const string Correlate = "correlate";

    /// <summary>Drops an event that has come before.</summary>
    public const string Deduplicate = "deduplicate";

    /// <summary>Finds the handler and the instance.</summary>
    public const string FindInstance = "find instance";

    /// <summary>Waits for the instance's turn.</summary>
    public const string Schedule = "schedule";

    /// <summary>Puts an event aside whose instance an exclusive handler has for itself.</summary>
    public const string Defer = "defer";

    /// <summary>Brings back what the instance remembers.</summary>
    public const string Restore = "restore";

    /// <summary>Finds the journal of an invocation that goes on.</summary>
    public const string Recall = "recall";

    /// <summary>Calls the handler.</summary>
    public const string Handle = "handle";

    /// <summary>Sees to it that what the handler awaits can reach it.</summary>
    public const string Reach = "reach";

    /// <summary>Gathers what the handler has sent, remembered and scheduled.</summary>
    public const string Collect = "collect";

    /// <summary>Waits for the commit where the broker may refuse it.</summary>
    public const string AwaitCommit = "await commit";

    /// <summary>Writes everything out in one atomic batch.</summary>
    public const string Commit = "commit";
}
