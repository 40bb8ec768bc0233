namespace Ganglion.Events;

/// <summary>
/// An event's data cannot be read as the type that somebody wants of it. Trying again does not help: correct the producer, or
/// teach the type or an upcaster this shape.
/// </summary>
/// <remarks>
/// Codes: <c>event-data-missing</c> (no data), <c>serializer-not-found</c> (a content type that nobody reads), <c>event-data-malformed</c>
/// (broken JSON, or nested deeper than 64; what another serializer cannot read), <c>event-data-mismatch</c> (the wrong shape),
/// <c>event-data-version</c> (a version that no upcaster leads from).
/// </remarks>
public sealed class EventDataException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What is wrong, and what can be done about it.</param>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="jsonPath">See <see cref="JsonPath"/>.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public EventDataException(
        string code, string message, CloudEvent cloudEvent, string? jsonPath = null, Exception? innerException = null)
        : base(code, message, innerException)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        EventType = cloudEvent.Type;
        EventId = cloudEvent.Id;
        JsonPath = jsonPath;
    }

    /// <summary>The type of the event.</summary>
    public string EventType { get; }

    /// <summary>The id of the event.</summary>
    public string EventId { get; }

    /// <summary>Where in the data the fault is, such as <c>$.amount</c>; <see langword="null"/> if it is no single place.</summary>
    public string? JsonPath { get; }
}
