namespace Ganglion.Brokers;

/// <summary>A record exceeds the limit of its topic, or a commit the broker's: make it smaller, or refer to its data instead. Nothing was written.</summary>
public sealed class RecordTooLargeException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public RecordTooLargeException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
