using System.Text;
using Ganglion.Events;

namespace Ganglion.Routes;

/// <summary>
/// The record in each partition of a route's entry at which a change takes effect. It has no key, so it is no event of anybody's, and no
/// compaction of keys touches it.
/// </summary>
/// <param name="Channel">The channel of the route.</param>
/// <param name="Id">The id of the change.</param>
internal readonly record struct RouteMarker(string Channel, string Id)
{
    /// <summary>The type of the event.</summary>
    public const string Type = "ganglion.route.changed";

    /// <summary>The marker of a change: its id is the change's, its subject the channel.</summary>
    public static Record Encode(CloudEvent change) => EventCodec.Encode(change with { Data = null, DataContentType = null }, null);

    /// <summary>Whether a record is one. Cheap where it is not.</summary>
    public static bool TryRead(in Record record, out RouteMarker marker)
    {
        marker = default;
        if (record.Key is not null
            || !record.Headers.TryGet("ce_type"u8, out ReadOnlyMemory<byte> type)
            || !type.Span.SequenceEqual("ganglion.route.changed"u8)
            || !record.Headers.TryGet("ce_id"u8, out ReadOnlyMemory<byte> id)
            || !record.Headers.TryGet("ce_subject"u8, out ReadOnlyMemory<byte> channel))
        {
            return false;
        }

        marker = new RouteMarker(Encoding.UTF8.GetString(channel.Span), Encoding.UTF8.GetString(id.Span));
        return true;
    }
}
