using System.Text.Json;

namespace Ganglion.Events;

public sealed partial class EventDataSerializer
{
    /// <summary>Writes data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="type">What it is written as, such as a base class that tells its kinds apart; by default what it is.</param>
    /// <returns>The bytes, and the content type with the version of the type.</returns>
    public EventData Write(object data, Type? type = null)
    {
        ArgumentNullException.ThrowIfNull(data);
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
}
