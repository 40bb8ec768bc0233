namespace Ganglion.DeadLetters;

/// <summary>The topic in which an event is to be parked is not there, and cannot be created. It is tried again until it can.</summary>
internal sealed class DeadLetterTopicException(string message, Exception innerException)
    : GanglionException("dead-letter-topic-refused", message, innerException);
