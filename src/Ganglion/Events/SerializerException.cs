namespace Ganglion.Events;

/// <summary>
/// The serializers do not fit together: two read the same content type or write the same channels, or one is no media type or no
/// channel. The message names all faults; correct the registration.
/// </summary>
public sealed class SerializerException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>serializer-invalid</c>.</summary>
    /// <param name="message">Every fault, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public SerializerException(string message, Exception? innerException = null)
        : base("serializer-invalid", message, innerException)
    {
    }
}
