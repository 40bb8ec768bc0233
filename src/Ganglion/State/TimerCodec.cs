using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ganglion.Events;

namespace Ganglion.State;

/// <summary>The records of the timers' topic. Each lies under the timer's id, so that compaction keeps those that have not fired yet.</summary>
internal static class TimerCodec
{
    /// <summary>
    /// The record of a timer: its event as it will lie in the inbox, with when it is due and whose it is. An event without data gets
    /// an empty value, since no value would be a tombstone.
    /// </summary>
    public static Record Write(string id, DateTimeOffset due, in Record @event) => @event with
    {
        Key = Encoding.UTF8.GetBytes(id),
        Value = @event.Value ?? ReadOnlyMemory<byte>.Empty,
        Headers = @event.Headers.With(
            new RecordHeader("__timer.due", due.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
            new RecordHeader("__timer.key", @event.Key)),
        Timestamp = default,
    };

    /// <summary>What cancels a timer, or marks it as fired.</summary>
    public static Record Tombstone(string id) => new(Encoding.UTF8.GetBytes(id), null);

    /// <summary>The event of a timer's record, as it is to lie in the inbox.</summary>
    public static Record ReadEvent(in Record timer) => timer with
    {
        Key = timer.Headers.TryGet("__timer.key"u8, out ReadOnlyMemory<byte> key) ? key : null,
        Value = timer.Value is { IsEmpty: false } ? timer.Value : null,
        Timestamp = default,
    };

    /// <summary>When a timer is due, in milliseconds since the Unix epoch; what does not say so is due at once.</summary>
    public static long DueOf(in Record record) =>
        record.Headers.TryGet("__timer.due"u8, out ReadOnlyMemory<byte> text) && Utf8Parser.TryParse(text.Span, out long due, out _) ? due : 0;
}
