namespace Ganglion.Events;

/// <summary>
/// What a broker stores: an optional key, an optional value, headers and a timestamp. A CloudEvent on the log is a record
/// whose headers are its attributes and whose value is its data.
/// </summary>
/// <param name="Key">
/// Decides the partition and, on a compacted topic, what the record replaces. <see langword="null"/>: no key.
/// </param>
/// <param name="Value">The payload. <see langword="null"/>: a tombstone on a compacted topic.</param>
/// <param name="Headers">The headers, in order.</param>
/// <param name="Timestamp">
/// When it happened, to the millisecond. <see langword="default"/>: the broker stamps the time at which it appends.
/// </param>
/// <remarks>The memory is not copied: whoever hands a record on does not change its bytes afterwards.</remarks>
public readonly record struct Record(
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    RecordHeaders Headers = default,
    DateTimeOffset Timestamp = default);
