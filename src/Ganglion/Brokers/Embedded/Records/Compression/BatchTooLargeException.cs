namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>The records of a compressed batch take more memory than they may.</summary>
internal sealed class BatchTooLargeException() : FormatException(
    "Decompressed, the batch takes more memory than it may. Send fewer records together, or raise the topic's max.message.bytes.");
