using System.Globalization;
using System.Text;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Journal;

/// <summary>An event that was put aside on the journal's topic, because its instance is held.</summary>
/// <param name="key">The instance.</param>
/// <param name="number">The how-manyeth of the instance.</param>
internal sealed class DeferredEvent(string key, long number)
{
    private const string Prefix = "deferred/";

    public string Key => key;

    public long Number => number;

    /// <summary>The record that was put aside, until it is known where it lies on the log.</summary>
    public Record? Record { get; set; }

    public long Offset { get; set; }

    /// <summary>The record of an event. One without data gets an empty value, since no value would be a tombstone.</summary>
    public Record ToRecord(in Record @event) => @event with
    {
        Key = Encoding.UTF8.GetBytes(KeyOnLog()),
        Value = @event.Value ?? ReadOnlyMemory<byte>.Empty,
        Headers = @event.Headers.With(
            new RecordHeader("__deferred.instance", key), new RecordHeader("__deferred.key", @event.Key)),
        Timestamp = default,
    };

    /// <summary>What removes the record when the event is finished.</summary>
    public Record ToTombstone() => new(Encoding.UTF8.GetBytes(KeyOnLog()), null);

    /// <summary>The event as it was.</summary>
    public static Record ToEvent(in Record record) => record with
    {
        Key = record.Headers.TryGet("__deferred.key"u8, out ReadOnlyMemory<byte> key) ? key : null,
        Value = record.Value is { IsEmpty: false } ? record.Value : null,
        Timestamp = default,
    };

    /// <summary>The instance that a record is for.</summary>
    public static string InstanceOf(in Record record) =>
        record.Headers.TryGet("__deferred.instance"u8, out ReadOnlyMemory<byte> instance) ? Encoding.UTF8.GetString(instance.Span) : "";

    /// <summary>Whether a key of the journal's topic is that of an event that was put aside, and of which.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> key, out UInt128 instance, out long number)
    {
        string text = Encoding.UTF8.GetString(key);
        instance = default;
        number = default;
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.Split('/') is [_, { Length: 32 } hash, var last]
            && UInt128.TryParse(hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out instance)
            && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Stands for an instance in the keys of its records.</summary>
    public static UInt128 HashOf(string key) => Hash128.Of([key]);

    private string KeyOnLog() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{HashOf(key):x32}/{number}");
}
