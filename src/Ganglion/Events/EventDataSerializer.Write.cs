using System.Text.Json;

namespace Ganglion.Events;

public sealed partial class EventDataSerializer
{
    /// <summary>Writes data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="type">What it is written as, such as a base class that tells its kinds apart; by default what it is.</param>
    /// <param name="channel">Where it is sent to. Decides the format. Default: nowhere; it is written as JSON.</param>
    /// <returns>The bytes, and the content type, of JSON with the version of the type.</returns>
    /// <exception cref="InvalidOperationException">The channel's serializer has written a content type that it does not read.</exception>
    public EventData Write(object data, Type? type = null, string? channel = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Write(data, type, _others?.FindWriter(channel), channel);
    }

    /// <summary>Writes what replies to an event, in its format.</summary>
    internal EventData WriteReply(object data, CloudEvent request) =>
        Write(data, null, _others?.FindReader(request.DataContentType), null);

    private EventData Write(object data, Type? type, IDataSerializer? other, string? channel)
    {
        if (other is not null && data is not (byte[] or ReadOnlyMemory<byte>))
        {
            return WriteBy(other, data, type ?? data.GetType(), channel);
        }

        DataType known = TypeOf(type ?? data.GetType());
        return new EventData(
            data switch
            {
                byte[] bytes => bytes,
                ReadOnlyMemory<byte> bytes => bytes,
                _ => JsonSerializer.SerializeToUtf8Bytes(data, known.Json!),
            },
            known.ContentType);
    }

    private EventData WriteBy(IDataSerializer other, object data, Type type, string? channel)
    {
        EventData written = other.Write(data, type, channel);
        return _others!.FindReader(written.ContentType) == other
            ? written
            : throw new InvalidOperationException(
                $"{other.GetType().Name} has written a {type.Name} as '{written.ContentType}', which it does not read. Correct the serializer: it writes one of its {nameof(IDataSerializer.ContentTypes)}.");
    }
}
