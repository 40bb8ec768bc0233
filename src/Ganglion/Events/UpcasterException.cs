namespace Ganglion.Events;

/// <summary>
/// The upcasters do not fit together: a version twice, a step that leads to no newer version, or a gap. The message names all
/// faults; correct the registration.
/// </summary>
public sealed class UpcasterException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>upcaster-invalid</c>.</summary>
    /// <param name="message">Every fault, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public UpcasterException(string message, Exception? innerException = null)
        : base("upcaster-invalid", message, innerException)
    {
    }
}
