using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Records.Compression;

namespace Ganglion.Tests.Brokers.Embedded.Records.Compression;

/// <summary>Compresses as clients do, by the same libraries of the system that decompress.</summary>
internal static class SystemCompression
{
    public const string Xerial = "snappy in xerial's frames";

    // As large as snappy-java makes them.
    private const int XerialBlockBytes = 32 * 1024;

    public static readonly string[] Names = ["gzip", "snappy", Xerial, "lz4", "zstd"];

    private delegate int SnappyCompress(byte[] source, nuint sourceLength, byte[] target, ref nuint targetLength);

    private delegate nuint Lz4Compress(byte[] target, nuint targetLength, byte[] source, nuint sourceLength, nint preferences);

    private delegate nuint ZstdCompress(byte[] target, nuint targetLength, byte[] source, nuint sourceLength, int level);

    /// <summary>The number of a compression in the header of a batch.</summary>
    public static short NumberOf(string name) => name switch { "gzip" => 1, "lz4" => 3, "zstd" => 4, _ => 2 };

    public static byte[] Compress(string name, byte[] content)
    {
        byte[] target = new byte[(content.Length * 2) + 1024];
        nuint length = (nuint)target.Length;
        switch (name)
        {
            case "gzip":
                using (var stream = new MemoryStream())
                {
                    using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
                    {
                        gzip.Write(content);
                    }

                    return stream.ToArray();
                }

            case "snappy":
                Function<SnappyCompress>(CodecLibrary.Snappy, "snappy_compress")(content, (nuint)content.Length, target, ref length).ShouldBe(0);
                break;
            case Xerial:
                return [0x82, .. "SNAPPY\0"u8, 0, 0, 0, 1, 0, 0, 0, 1, .. content.Chunk(XerialBlockBytes).SelectMany(ToXerialBlock)];
            case "lz4":
                length = Function<Lz4Compress>(CodecLibrary.Lz4, "LZ4F_compressFrame")(target, length, content, (nuint)content.Length, 0);
                break;
            default:
                length = Function<ZstdCompress>(CodecLibrary.Zstd, "ZSTD_compress")(target, length, content, (nuint)content.Length, 3);
                break;
        }

        return target[..(int)length];
    }

    /// <summary>A batch, compressed.</summary>
    public static Memory<byte> CompressBatch(string name, ReadOnlyMemory<byte> batch)
    {
        byte[] header = batch[..RecordBatchHeader.Size].ToArray();
        header[RecordBatchHeader.AttributesPosition + 1] |= (byte)NumberOf(name);
        return ForeignBatches.With(header, Compress(name, batch[RecordBatchHeader.Size..].ToArray()));
    }

    private static byte[] ToXerialBlock(byte[] content)
    {
        byte[] block = Compress("snappy", content);
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, block.Length);
        return [.. length, .. block];
    }

    private static T Function<T>(CodecLibrary library, string name)
        where T : Delegate
    {
        library.Fault.ShouldBeNull("eng/kafka-clients.sh installs it.");
        return Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library.Handle, name));
    }
}
