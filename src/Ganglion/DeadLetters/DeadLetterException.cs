namespace Ganglion.DeadLetters;

/// <summary>A dead letter cannot be decided about as the call wants it.</summary>
public sealed class DeadLetterException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public DeadLetterException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
