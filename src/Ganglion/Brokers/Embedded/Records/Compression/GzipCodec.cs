using System.IO.Compression;

namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>gzip (RFC 1952), by .NET.</summary>
internal sealed class GzipCodec : IBatchCodec
{
    public string? Fault => null;

    public ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> compressed, int maxBytes)
    {
        using var stream = new MemoryStream(compressed.ToArray(), writable: false);
        using var gzip = new GZipStream(stream, CompressionMode.Decompress);
        var records = new DecompressionBuffer(compressed.Length * 2, maxBytes);
        try
        {
            for (int read; (read = gzip.Read(records.Room())) > 0;)
            {
                records.Advance(read);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException("What is compressed by gzip is damaged.", exception);
        }

        return records.Written;
    }
}
