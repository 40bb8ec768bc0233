namespace Ganglion.Brokers.Listener;

/// <summary>Clients of Kafka cannot be served: nobody can listen at the address (<c>listener-address-unusable</c>).</summary>
public sealed class ListenerException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public ListenerException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
