namespace Ganglion.Brokers;

/// <summary>A consumer group is not as the call needs it: stop its members, or name another.</summary>
public sealed class ConsumerGroupException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public ConsumerGroupException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
