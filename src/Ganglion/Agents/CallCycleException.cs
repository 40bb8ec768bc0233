namespace Ganglion.Agents;

/// <summary>
/// An agent calls an instance that waits for it: one that has called it, or has called who called it. Nothing would be held up, but calls
/// like these have no end.
/// </summary>
public sealed class CallCycleException : GanglionException
{
    internal CallCycleException(string message)
        : base("call-cycle", message)
    {
    }
}
