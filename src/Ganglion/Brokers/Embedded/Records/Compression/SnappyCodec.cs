using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>
/// snappy, by libsnappy: one block as it is (google/snappy, format_description.txt), as librdkafka writes it, or blocks in the frames of xerial's
/// snappy-java, as Kafka's Java client and kafka-python do. The package Snappier would do it without the system's library.
/// </summary>
internal sealed unsafe partial class SnappyCodec : IBatchCodec
{
    // An element of a block copies so many bytes at most, and has a byte at least.
    private const int MaxRatio = 64;

    // Behind it stand two numbers of xerial's own, its version and the oldest that can read it.
    private const int XerialHeaderBytes = 16;

    private static ReadOnlySpan<byte> XerialMagic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    public string? Fault => CodecLibrary.Snappy.Fault;

    public ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> compressed, int maxBytes)
    {
        ReadOnlySpan<byte> rest = compressed.Span;
        var records = new DecompressionBuffer(capacity: 0, maxBytes);
        if (!rest.StartsWith(XerialMagic))
        {
            DecompressBlock(rest, records);
            return records.Written;
        }

        for (rest = rest[Math.Min(XerialHeaderBytes, rest.Length)..]; !rest.IsEmpty;)
        {
            if (!BinaryPrimitives.TryReadInt32BigEndian(rest, out int length) || length < 0 || length > rest.Length - sizeof(int))
            {
                throw Damaged();
            }

            DecompressBlock(rest.Slice(sizeof(int), length), records);
            rest = rest[(sizeof(int) + length)..];
        }

        return records.Written;
    }

    private static void DecompressBlock(ReadOnlySpan<byte> block, DecompressionBuffer records)
    {
        fixed (byte* source = block)
        {
            // What the block says of its length is not believed where it cannot be.
            if (block.IsEmpty || UncompressedLength(source, (nuint)block.Length, out nuint length) != 0 || length > (ulong)block.Length * MaxRatio)
            {
                throw Damaged();
            }

            Span<byte> room = records.Room(checked((int)length));
            fixed (byte* target = room)
            {
                byte none;
                if (Uncompress(source, (nuint)block.Length, room.IsEmpty ? &none : target, ref length) != 0 || length != (nuint)room.Length)
                {
                    throw Damaged();
                }
            }

            records.Advance(room.Length);
        }
    }

    private static FormatException Damaged() => new("What is compressed by snappy is damaged.");

    [LibraryImport(CodecLibrary.SnappyName, EntryPoint = "snappy_uncompressed_length")]
    private static partial int UncompressedLength(byte* source, nuint sourceLength, out nuint length);

    [LibraryImport(CodecLibrary.SnappyName, EntryPoint = "snappy_uncompress")]
    private static partial int Uncompress(byte* source, nuint sourceLength, byte* target, ref nuint targetLength);
}
