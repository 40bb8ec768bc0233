namespace Ganglion.Agents;

/// <summary>
/// A handler has blocked its thread for longer than <see cref="AgentOptions.HandlerTimeout"/>. It is given up: its event is parked without another
/// attempt, which might cost another thread, and the instance goes on with its next one. The thread is free again when the handler returns.
/// </summary>
public sealed class HandlerBlockedException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>handler-blocked</c>.</summary>
    /// <param name="message">Which handler it was, and what can be done about it.</param>
    public HandlerBlockedException(string message)
        : base("handler-blocked", message)
    {
    }
}
