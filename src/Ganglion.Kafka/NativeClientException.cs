namespace Ganglion.Kafka;

/// <summary>
/// Kafka's native client, librdkafka, is missing or too old: install one, and name it in <c>GANGLION_LIBRDKAFKA</c>, as the message
/// says for each system.
/// </summary>
public sealed class NativeClientException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code: <c>librdkafka-missing</c> or <c>librdkafka-too-old</c>.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public NativeClientException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
