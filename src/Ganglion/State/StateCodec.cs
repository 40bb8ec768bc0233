using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ganglion.Events;

namespace Ganglion.State;

/// <summary>
/// The records of the state's topic: CloudEvents under keys that compaction keeps one of. A whole value lies under the instance's key, a
/// change in a numbered slot of it, counted from the last whole value on; so what a whole value covers is overwritten by what comes
/// after it.
/// </summary>
internal static class StateCodec
{
    /// <summary>The type of the events.</summary>
    public const string StateUpdated = "agent_state_updated";

    // No byte of UTF-8, which the instance's key is: so no key of an instance is that of another's slot.
    private const byte SlotMark = 0xFF;

    /// <summary>A whole value, or that there is none any more.</summary>
    /// <param name="envelope">The event, but for its data.</param>
    /// <param name="key">The instance.</param>
    /// <param name="value">The value; <see langword="null"/>: the state was cleared.</param>
    /// <param name="version">See <see cref="StoredState.Version"/>.</param>
    /// <param name="isSnapshot">Whether it is what changes have made, and no change itself.</param>
    public static Record WriteValue(CloudEvent envelope, string key, StoredValue? value, long version, bool isSnapshot)
    {
        CloudEvent updated = envelope with { DataContentType = value?.ContentType, Data = value?.Data };
        RecordHeadersBuilder headers = HeadersOf(updated, version);
        if (isSnapshot)
        {
            headers.Add("__state.snapshot"u8, "true"u8);
        }

        return EventCodec.Encode(updated, Encoding.UTF8.GetBytes(key), default, ref headers);
    }

    /// <summary>A change.</summary>
    /// <param name="envelope">The event, but for its data.</param>
    /// <param name="key">The instance.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="change">The change.</param>
    /// <param name="version">See <see cref="StoredState.Version"/>.</param>
    public static Record WriteChange(CloudEvent envelope, string key, int slot, StoredChange change, long version)
    {
        CloudEvent updated = envelope with { DataContentType = change.ContentType, Data = change.Data };
        RecordHeadersBuilder headers = HeadersOf(updated, version);
        headers.Add("__state.change"u8, change.Name);
        return EventCodec.Encode(updated, KeyOf(key, slot), default, ref headers);
    }

    /// <summary>What removes a change when the state is cleared.</summary>
    public static Record Tombstone(string key, int slot) => new(KeyOf(key, slot), null);

    /// <summary>Whose state a record is a part of.</summary>
    /// <param name="key">The key of the record.</param>
    /// <param name="instance">The key of the instance.</param>
    /// <param name="slot">The slot of a change; -1: it is a whole value.</param>
    /// <returns>Whether it is one that is written here.</returns>
    public static bool TryReadKey(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> instance, out int slot)
    {
        int mark = key.LastIndexOf(SlotMark);
        instance = mark < 0 ? key : key[..mark];
        slot = -1;
        return mark < 0 || (Utf8Parser.TryParse(key[(mark + 1)..], out slot, out int read) && read == key.Length - mark - 1 && slot >= 0);
    }

    /// <summary>Reads a record that is no tombstone of a slot.</summary>
    /// <exception cref="StateException">It is none that is written here.</exception>
    public static StateRecord Read(in Record record, string position)
    {
        // What has no version was written before there were any, when each state was written as a whole.
        long version = 1;
        bool hasVersion = record.Headers.TryGet("__state.version"u8, out ReadOnlyMemory<byte> text);
        if (hasVersion
            && !(Utf8Parser.TryParse(text.Span, out version, out int read) && read == text.Length))
        {
            throw new StateException(
                "state-record-malformed", $"What lies at {position} is no record of a state: its header '__state.version' is no number. {StateException.Remedy}");
        }

        string? contentType = TextOf(record.Headers, "content-type"u8);
        string? change = TextOf(record.Headers, "__state.change"u8);

        // A copy: what was read is a part of a batch, and would keep all of it in memory.
        ReadOnlyMemory<byte>? data = record.Value is { } value ? value.ToArray() : default(ReadOnlyMemory<byte>?);
        return new StateRecord(
            version,
            hasVersion,
            change is null && data is { } whole ? new StoredValue(whole, contentType) : null,
            change is not null && data is { } changed ? new StoredChange(change, changed, contentType) : null,
            record.Headers.TryGet("__state.snapshot"u8, out _));
    }

    private static RecordHeadersBuilder HeadersOf(CloudEvent updated, long version)
    {
        var headers = new RecordHeadersBuilder(EventCodec.EstimateHeaders(updated, default) + 80);
        headers.Add("__state.version"u8, version.ToString(CultureInfo.InvariantCulture));
        return headers;
    }

    private static byte[] KeyOf(string key, int slot)
    {
        int length = Encoding.UTF8.GetByteCount(key);
        Span<byte> number = stackalloc byte[11];
        Utf8Formatter.TryFormat(slot, number, out int digits);
        byte[] bytes = new byte[length + 1 + digits];
        Encoding.UTF8.GetBytes(key, bytes);
        bytes[length] = SlotMark;
        number[..digits].CopyTo(bytes.AsSpan(length + 1));
        return bytes;
    }

    private static string? TextOf(RecordHeaders headers, ReadOnlySpan<byte> nameUtf8) =>
        headers.TryGet(nameUtf8, out ReadOnlyMemory<byte> value) ? Encoding.UTF8.GetString(value.Span) : null;
}
