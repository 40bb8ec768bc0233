namespace Ganglion.Brokers;

/// <summary>An offset lies outside of what the partition holds: begin at the earliest or the latest.</summary>
public sealed class OffsetOutOfRangeException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public OffsetOutOfRangeException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
