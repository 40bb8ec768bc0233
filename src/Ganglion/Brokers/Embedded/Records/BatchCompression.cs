using System.IO.Compression;

namespace Ganglion.Brokers.Embedded.Records;

/// <summary>Compressed record batches: what other clients write. This broker itself writes none.</summary>
internal static class BatchCompression
{
    private const int Gzip = 1;

    // What a batch may grow to. A few bytes can be made to decompress to anything.
    private const int MaxBytes = TopicSettings.HighestMaxMessageBytes;

    /// <summary>Whether the records of a batch can be read.</summary>
    public static bool IsSupported(in RecordBatchHeader header) => header.Compression is 0 or Gzip;

    /// <summary>The records of a compressed batch, one behind the other.</summary>
    /// <exception cref="FormatException">They are compressed in a way that cannot be read, or are damaged.</exception>
    public static ReadOnlyMemory<byte> Decompress(in RecordBatchHeader header, ReadOnlyMemory<byte> batch)
    {
        if (!IsSupported(header))
        {
            throw new FormatException($"Record batches with the compression {header.Compression} are not supported; gzip is.");
        }

        using var compressed = new MemoryStream(batch[RecordBatchHeader.Size..].ToArray(), writable: false);
        using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
        using var records = new MemoryStream(batch.Length * 2);
        byte[] buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = gzip.Read(buffer)) > 0;)
            {
                records.Write(buffer, 0, read);
                if (records.Length > MaxBytes)
                {
                    throw new FormatException($"A compressed record batch holds more than {MaxBytes} bytes.");
                }
            }
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException("A compressed record batch is damaged.", exception);
        }

        return records.GetBuffer().AsMemory(0, (int)records.Length);
    }
}
