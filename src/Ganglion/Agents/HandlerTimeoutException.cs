namespace Ganglion.Agents;

/// <summary>A handler has taken longer than <see cref="AgentOptions.HandlerTimeout"/>. Its event is tried again, then parked.</summary>
public sealed class HandlerTimeoutException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>handler-timeout</c>.</summary>
    /// <param name="message">Which handler it was, and what can be done about it.</param>
    public HandlerTimeoutException(string message)
        : base("handler-timeout", message)
    {
    }
}
