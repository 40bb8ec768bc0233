namespace Ganglion.Brokers;

/// <summary>Bytes of a log are damaged. The message names the file and the position.</summary>
public sealed class CorruptLogException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public CorruptLogException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
