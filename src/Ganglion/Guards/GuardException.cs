namespace Ganglion.Guards;

/// <summary>A guard has not judged an event: it has failed, taken too long, or said something that is no verdict. The event must not pass.</summary>
public sealed class GuardException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">
    /// <c>guard-failed</c>, <c>guard-timeout</c>, <c>guard-verdict-invalid</c>, <c>guard-data-unreadable</c>, <c>guard-text-too-long</c>,
    /// <c>guard-answer-invalid</c> or <c>guard-not-found</c>.
    /// </param>
    /// <param name="message">What has happened. It never holds the text that was judged.</param>
    /// <param name="innerException">What the guard has thrown.</param>
    public GuardException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
