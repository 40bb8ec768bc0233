namespace Ganglion.Kafka;

/// <summary>The cluster cannot be reached, or refuses what it was asked for. What was to be written may be tried again.</summary>
public sealed class KafkaException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public KafkaException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
