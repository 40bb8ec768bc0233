namespace Ganglion.Approvals;

/// <summary>An approval cannot be decided about as the call wants it; <see cref="GanglionException.Code"/> says why.</summary>
public sealed class ApprovalException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public ApprovalException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
