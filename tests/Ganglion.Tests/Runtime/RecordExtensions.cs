using System.Text;

namespace Ganglion.Tests.Runtime;

internal static class RecordExtensions
{
    /// <summary>A header's text; <see langword="null"/>: the record has none of this name.</summary>
    public static string? Header(this Record record, string name) =>
        record.Headers.TryGet(Encoding.UTF8.GetBytes(name), out ReadOnlyMemory<byte> value) ? Encoding.UTF8.GetString(value.Span) : null;
}
