using System.Text;

namespace Ganglion.Kafka.Producing;

/// <summary>The names of headers as texts. Those that most records have are there already.</summary>
internal static class HeaderNames
{
    private static readonly (byte[] Utf8, string Text)[] Known =
    [
        .. ((string[])
        [
            "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type", "ce_correlationid", "ce_causationid", "ce_partitionkey",
            "ce_traceparent", "traceparent", "ce_subject", "ce_dataschema", "__operation",
        ]).Select(static name => (Encoding.UTF8.GetBytes(name), name)),
    ];

    public static string TextOf(ReadOnlySpan<byte> utf8)
    {
        foreach ((byte[] known, string text) in Known)
        {
            if (utf8.SequenceEqual(known))
            {
                return text;
            }
        }

        return Encoding.UTF8.GetString(utf8);
    }
}
