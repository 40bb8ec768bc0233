using System.Runtime.InteropServices;

namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>
/// zstd (RFC 8878), by libzstd, all at once: its window is what has come out already, and a frame that asks for a larger one gets no memory for
/// it. The package ZstdSharp.Port would do it without the system's library.
/// </summary>
internal sealed unsafe partial class ZstdCodec : IBatchCodec
{
    // A block becomes 128 KiB at most, and has a header of three bytes (RFC 8878, 3.1.1.2).
    private const int MaxBlockBytes = 128 * 1024;
    private const int MinBlockBytes = 3;

    // By how much more room there is when it was too little. Many clients do not say how much comes out.
    private const int Growth = 4;

    // zstd_errors.h: the room is too small.
    private const int RoomTooSmall = 70;

    private const ulong SizeUnknown = ulong.MaxValue;
    private const ulong SizeUnreadable = ulong.MaxValue - 1;

    public string? Fault => CodecLibrary.Zstd.Fault;

    public ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> compressed, int maxBytes)
    {
        fixed (byte* source = compressed.Span)
        {
            // Whatever they say, so few bytes become no more than this.
            long most = compressed.Length / MinBlockBytes * (long)MaxBlockBytes;
            ulong size = FrameContentSize(source, (nuint)compressed.Length);
            if (size == SizeUnreadable || (size != SizeUnknown && size > (ulong)most))
            {
                throw Damaged();
            }

            if (size != SizeUnknown && size > (ulong)maxBytes)
            {
                throw new BatchTooLargeException();
            }

            int end = (int)Math.Min(most, maxBytes);
            int room = (int)Math.Min(size == SizeUnknown ? (ulong)compressed.Length * Growth : size, (ulong)end);
            ReadOnlyMemory<byte>? records;
            while ((records = TryDecompress(source, compressed.Length, room)) is null)
            {
                if (room == end)
                {
                    throw end < maxBytes ? Damaged() : new BatchTooLargeException();
                }

                room = (int)Math.Min(Math.Max(room, 1) * (long)Growth, end);
            }

            return records.Value;
        }
    }

    // Null if there was too little room.
    private static ReadOnlyMemory<byte>? TryDecompress(byte* source, int length, int room)
    {
        byte[] records = GC.AllocateUninitializedArray<byte>(room);
        fixed (byte* target = records)
        {
            nuint result = Decompress(target, (nuint)room, source, (nuint)length);
            if (IsError(result) != 0)
            {
                return ErrorCode(result) == RoomTooSmall ? null : throw Damaged();
            }

            // Readers keep the memory: not much more than there is in it.
            return (int)result < room / 2 ? records.AsSpan(0, (int)result).ToArray() : records.AsMemory(0, (int)result);
        }
    }

    private static FormatException Damaged() => new("What is compressed by zstd is damaged.");

    [LibraryImport(CodecLibrary.ZstdName, EntryPoint = "ZSTD_getFrameContentSize")]
    private static partial ulong FrameContentSize(byte* source, nuint sourceLength);

    [LibraryImport(CodecLibrary.ZstdName, EntryPoint = "ZSTD_decompress")]
    private static partial nuint Decompress(byte* target, nuint targetLength, byte* source, nuint sourceLength);

    [LibraryImport(CodecLibrary.ZstdName, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint result);

    [LibraryImport(CodecLibrary.ZstdName, EntryPoint = "ZSTD_getErrorCode")]
    private static partial int ErrorCode(nuint result);
}
