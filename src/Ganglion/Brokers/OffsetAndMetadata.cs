using System.Text;

namespace Ganglion.Brokers;

/// <summary>What a consumer group has committed for a partition.</summary>
/// <param name="Offset">The next offset to be read: everything before it is done.</param>
/// <param name="Metadata">
/// Free text that is stored and read back with the offset, at most 4,096 UTF-8 bytes; the runtime keeps there which records
/// behind <paramref name="Offset"/> are finished already.
/// </param>
public readonly record struct OffsetAndMetadata(long Offset, string? Metadata = null)
{
    /// <summary>How long <see cref="Metadata"/> may be, in UTF-8.</summary>
    internal const int MaxMetadataBytes = 4096;

    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="ConsumerGroupException">The metadata is too long (<c>offset-metadata-too-large</c>).</exception>
    internal void ThrowIfInvalid(TopicPartition partition)
    {
        if (Offset < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(partition), Offset, $"The offset of {partition} is negative.");
        }

        if (Metadata is not null && Encoding.UTF8.GetByteCount(Metadata) > MaxMetadataBytes)
        {
            throw new ConsumerGroupException(
                "offset-metadata-too-large", $"The metadata committed for {partition} exceeds {MaxMetadataBytes} bytes of UTF-8.");
        }
    }
}
