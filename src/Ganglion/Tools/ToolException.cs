namespace Ganglion.Tools;

/// <summary>Tools are not set up as they must be; <see cref="GanglionException.Code"/> says what is wrong.</summary>
public sealed class ToolException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public ToolException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
