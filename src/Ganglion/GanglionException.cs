namespace Ganglion;

/// <summary>
/// The one exception type that everything thrown on purpose by Ganglion derives from. Its leaves are named for what the
/// caller can do about them.
/// </summary>
public abstract class GanglionException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code, see <see cref="Code"/>.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    protected GanglionException(string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        Code = code;
    }

    /// <summary>
    /// A stable, lower-case, dash-separated name of the fault, such as <c>topic-not-found</c>. Every code is explained in
    /// <c>docs/errors.md</c>; it is also the last part of the <c>type</c> of the HTTP API's problem details.
    /// </summary>
    public string Code { get; }
}
