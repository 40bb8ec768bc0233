namespace Ganglion.Events;

/// <summary>
/// Makes HTTP messages of events and events of HTTP messages, as the HTTP protocol binding for CloudEvents 1.0.2 says: one
/// event in the headers (binary), one as JSON (structured), or many as JSON (batched). Knows no web framework. Thread-safe.
/// </summary>
public static partial class HttpEvents
{
    private const string ContentType = "content-type";
    private const string Structured = "application/cloudevents+json";
    private const string Batched = "application/cloudevents-batch+json";
}
