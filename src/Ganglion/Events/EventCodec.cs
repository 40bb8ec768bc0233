namespace Ganglion.Events;

/// <summary>
/// Makes records of events and events of records, as the Kafka protocol binding for CloudEvents 1.0.2 says. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Events are written in binary mode: the value is the data, every attribute a header. They are read in binary mode, in
/// structured mode, and bare: a record without attributes becomes an event whose type is its topic.
/// </para>
/// <para>To hand a record on as it is, nothing of this is needed: records are forwarded with their headers untouched.</para>
/// </remarks>
public static partial class EventCodec
{
}
