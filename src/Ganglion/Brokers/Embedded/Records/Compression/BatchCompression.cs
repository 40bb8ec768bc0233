namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>Compressed record batches: what other clients write. This broker itself writes none.</summary>
internal static class BatchCompression
{
    /// <summary>The number of zstd, which clients of old do not know (KIP-110).</summary>
    public const int Zstd = 4;

    // What a batch may grow to that is in the log already. A few bytes can be made to decompress to anything.
    private const int MaxBytes = TopicSettings.HighestMaxMessageBytes;

    // Clients fill their batches by what these take compressed, and text becomes a tenth or a fiftieth.
    private const int MaxRatio = 64;

    // By their numbers.
    private static readonly IBatchCodec?[] Codecs = [null, new GzipCodec(), new SnappyCodec(), new Lz4Codec(), new ZstdCodec()];

    /// <summary>How many bytes the records of a batch may become that is written to a topic.</summary>
    /// <param name="maxMessageBytes">How many it may have as it is sent.</param>
    public static int LimitOf(int maxMessageBytes) => (int)Math.Min((long)maxMessageBytes * MaxRatio, MaxBytes);

    /// <summary>Why the records of a batch cannot be read on this machine, and what to do about it; null if they can.</summary>
    public static string? FaultOf(in RecordBatchHeader header) =>
        header.Compression == 0 ? null
        : Codecs.ElementAtOrDefault(header.Compression) is { } codec ? codec.Fault
        : $"There is no compression {header.Compression}.";

    /// <summary>The records of a compressed batch, one behind the other.</summary>
    /// <param name="header">The header of the batch.</param>
    /// <param name="batch">The whole batch.</param>
    /// <param name="maxBytes">The most bytes that they may have.</param>
    /// <exception cref="CodecMissingException">What decompresses them is not on this machine.</exception>
    /// <exception cref="BatchTooLargeException">They have more bytes.</exception>
    /// <exception cref="FormatException">They are damaged, or compressed in a way that there is not.</exception>
    public static ReadOnlyMemory<byte> Decompress(in RecordBatchHeader header, ReadOnlyMemory<byte> batch, int maxBytes = MaxBytes)
    {
        IBatchCodec codec = Codecs.ElementAtOrDefault(header.Compression) ?? throw new FormatException(FaultOf(header));
        if (codec.Fault is { } fault)
        {
            throw new CodecMissingException(fault);
        }

        return codec.Decompress(batch[RecordBatchHeader.Size..], maxBytes);
    }
}
