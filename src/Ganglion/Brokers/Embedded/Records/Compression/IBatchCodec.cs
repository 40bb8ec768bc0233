namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>A way in which the records of a batch are compressed.</summary>
internal interface IBatchCodec
{
    /// <summary>Why it cannot be used on this machine, and what to do about it; null if it can.</summary>
    string? Fault { get; }

    /// <summary>Decompresses the records of a batch.</summary>
    /// <param name="compressed">They, as they were sent. Nothing in them is trusted.</param>
    /// <param name="maxBytes">The most bytes that they may become.</param>
    /// <exception cref="BatchTooLargeException">They become more.</exception>
    /// <exception cref="FormatException">They are damaged.</exception>
    ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> compressed, int maxBytes);
}
