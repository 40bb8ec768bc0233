namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>A whole record batch with its offset, in memory.</summary>
/// <param name="BaseOffset">The offset of its first record.</param>
/// <param name="LastOffset">The offset of its last record.</param>
/// <param name="MaxTimestamp">The newest timestamp in it; milliseconds since the Unix epoch.</param>
/// <param name="Bytes">The batch as it lies in a segment.</param>
internal readonly record struct StoredBatch(long BaseOffset, long LastOffset, long MaxTimestamp, ReadOnlyMemory<byte> Bytes);
