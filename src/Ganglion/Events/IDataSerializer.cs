namespace Ganglion.Events;

/// <summary>
/// Reads and writes the data of events in a format of its own, beside JSON: CBOR, MessagePack, Avro with a registry of schemas. Register it by
/// <see cref="EventDataOptions.AddSerializer"/>. It is called by many threads at once.
/// </summary>
public interface IDataSerializer
{
    /// <summary>
    /// The media types that it reads, without parameters, such as <c>application/cbor</c>. What it writes bears one of them. Asked for once.
    /// </summary>
    IReadOnlyCollection<string> ContentTypes { get; }

    /// <summary>Reads data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="type">What to read it as.</param>
    /// <param name="cloudEvent">The event: its type, its <see cref="CloudEvent.DataContentType"/> with parameters, its <see cref="CloudEvent.DataSchema"/>.</param>
    /// <param name="channel">Where the event was read; <see langword="null"/> for one that was addressed to its reader.</param>
    /// <returns>
    /// An object of the type. <see langword="null"/>, and whatever is thrown, means that the data is not such: its event is parked at once. Only
    /// <see cref="TimeoutException"/>, <see cref="OperationCanceledException"/> and <see cref="HttpRequestException"/> (of a registry that
    /// does not answer, say) have it tried again.
    /// </returns>
    object? Read(ReadOnlyMemory<byte> data, Type type, CloudEvent cloudEvent, string? channel);

    /// <summary>Writes data.</summary>
    /// <param name="data">The data; never <see langword="null"/>, and no bytes, which are sent as they are.</param>
    /// <param name="type">What it is to be written as: the type of the data, or one that it derives from.</param>
    /// <param name="channel">Where it is sent to, of an agent its inbox; <see langword="null"/> for a reply.</param>
    /// <returns>
    /// The bytes, which are not to change afterwards, one of <see cref="ContentTypes"/> with parameters if need be, and a schema if there is one.
    /// </returns>
    EventData Write(object data, Type type, string? channel);
}
