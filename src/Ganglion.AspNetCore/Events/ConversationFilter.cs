using System.Text;
using Ganglion.Events;

namespace Ganglion.AspNetCore.Events;

/// <summary>Takes the events of one conversation, that which begins it among them.</summary>
/// <param name="conversation">Which; <see langword="null"/>: takes all.</param>
internal readonly struct ConversationFilter(string? conversation)
{
    private readonly byte[]? _conversation = conversation is null ? null : Encoding.UTF8.GetBytes(conversation);

    // Other events than those in binary mode are of no conversation.
    public bool Takes(Record record) =>
        _conversation is not { } wanted
        || ((record.Headers.TryGet("ce_correlationid"u8, out ReadOnlyMemory<byte> found) || record.Headers.TryGet("ce_id"u8, out found)) && found.Span.SequenceEqual(wanted));
}
