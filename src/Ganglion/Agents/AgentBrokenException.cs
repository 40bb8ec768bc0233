namespace Ganglion.Agents;

/// <summary>
/// Not the event is at fault but the agent: something that its objects hold is gone for good, and only a fresh start mends it. Throw it from a
/// handler or an effect. Nothing is parked: the agent drops what it has not committed and is restarted by its supervisor, as that one does
/// <see cref="Supervision.RestartStrategy"/> says, and the event is handled again.
/// </summary>
public sealed class AgentBrokenException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>agent-broken</c>.</summary>
    /// <param name="message">What is broken, for people.</param>
    /// <param name="innerException">What it was found out by.</param>
    public AgentBrokenException(string message, Exception? innerException = null)
        : base("agent-broken", message, innerException)
    {
    }
}
