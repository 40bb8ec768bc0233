namespace Ganglion.Agents;

/// <summary>
/// An event can never be handled as it is: its data has the wrong shape, or names no instance. It is parked at once, without
/// retries; a request is refused. Handlers throw it for events that they recognise as hopeless.
/// </summary>
public sealed class UnprocessableEventException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>event-unprocessable</c>.</summary>
    /// <param name="message">What is wrong with the event, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public UnprocessableEventException(string message, Exception? innerException = null)
        : this("event-unprocessable", message, innerException)
    {
    }

    /// <summary>Creates the exception with a code of your own, which the caller of a request gets as its reason.</summary>
    /// <param name="code">A stable, lower-case, dash-separated name of what is wrong, such as <c>insufficient-funds</c>.</param>
    /// <param name="message">What is wrong, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public UnprocessableEventException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
