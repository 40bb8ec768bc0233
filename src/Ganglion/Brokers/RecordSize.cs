using Ganglion.Events;

namespace Ganglion.Brokers;

internal static class RecordSize
{
    /// <summary>How many bytes key, value and headers of a record take.</summary>
    public static int SizeOf(this in Record record) =>
        (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0) + record.Headers.Encoded.Length;
}
