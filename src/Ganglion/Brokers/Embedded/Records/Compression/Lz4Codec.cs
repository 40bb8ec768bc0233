using System.Runtime.InteropServices;

namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>
/// lz4, by liblz4: one frame (lz4/lz4, lz4_Frame_format.md). The package K4os.Compression.LZ4.Streams would do it without the system's library.
/// Beside what comes out, the library takes 8 MiB at most, as much as two of the largest blocks.
/// </summary>
internal sealed unsafe partial class Lz4Codec : IBatchCodec
{
    // LZ4F_VERSION, which has not changed since the functions are there.
    private const uint Version = 100;

    public string? Fault => CodecLibrary.Lz4.Fault;

    public ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> compressed, int maxBytes)
    {
        if (IsError(CreateContext(out nint context, Version)) != 0)
        {
            throw new InvalidOperationException("liblz4 has no memory left.");
        }

        try
        {
            var records = new DecompressionBuffer(compressed.Length * 2, maxBytes);
            DecompressFrame(context, compressed.Span, records);
            return records.Written;
        }
        finally
        {
            FreeContext(context);
        }
    }

    private static void DecompressFrame(nint context, ReadOnlySpan<byte> frame, DecompressionBuffer records)
    {
        fixed (byte* source = frame)
        {
            int position = 0;
            while (true)
            {
                Span<byte> room = records.Room();
                nuint read = (nuint)(frame.Length - position);
                nuint written = (nuint)room.Length;
                nuint wanted;
                fixed (byte* target = room)
                {
                    wanted = Decompress(context, target, ref written, source + position, ref read, options: 0);
                }

                if (IsError(wanted) != 0 || (wanted != 0 && read == 0 && written == 0))
                {
                    throw Damaged();
                }

                position += (int)read;
                records.Advance((int)written);
                if (wanted == 0)
                {
                    // The end of the frame.
                    if (position < frame.Length)
                    {
                        throw Damaged();
                    }

                    return;
                }
            }
        }
    }

    private static FormatException Damaged() => new("What is compressed by lz4 is damaged.");

    [LibraryImport(CodecLibrary.Lz4Name, EntryPoint = "LZ4F_createDecompressionContext")]
    private static partial nuint CreateContext(out nint context, uint version);

    [LibraryImport(CodecLibrary.Lz4Name, EntryPoint = "LZ4F_freeDecompressionContext")]
    private static partial nuint FreeContext(nint context);

    [LibraryImport(CodecLibrary.Lz4Name, EntryPoint = "LZ4F_decompress")]
    private static partial nuint Decompress(
        nint context, byte* target, ref nuint targetLength, byte* source, ref nuint sourceLength, nint options);

    [LibraryImport(CodecLibrary.Lz4Name, EntryPoint = "LZ4F_isError")]
    private static partial uint IsError(nuint code);
}
