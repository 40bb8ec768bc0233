namespace Ganglion.Brokers;

/// <summary>A topic is not as the call needs it: name another, create it, or correct its settings.</summary>
public sealed class TopicException : GanglionException
{
    /// <summary>The code where the topic is well, and does not take a record for what it is.</summary>
    internal const string RecordRefused = "record-refused";

    /// <summary>The code where a topic cannot be created, or changed, to be so.</summary>
    internal const string SettingsInvalid = "topic-settings-invalid";

    /// <summary>The code where a topic or partition is not there.</summary>
    internal const string NotFound = "topic-not-found";

    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public TopicException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
