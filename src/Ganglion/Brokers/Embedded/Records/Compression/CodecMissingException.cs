namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>What decompresses a batch is not on this machine. The batch itself may be all right.</summary>
/// <param name="message">What is missing, and what to do about it.</param>
internal sealed class CodecMissingException(string message) : FormatException(message);
