using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ganglion.Brokers.Embedded.Records;

/// <summary>
/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), the checksum of record batches and commit frames.
/// </summary>
/// <remarks>
/// The processor's instruction takes three cycles for eight bytes but can start one each cycle. Long inputs are therefore cut
/// into three lanes that are computed at once and then joined by shifting the earlier lanes over the later ones' zeros.
/// </remarks>
internal static class Crc32C
{
    private const int LaneBytes = 336 * 8;
    private const uint Polynomial = 0x82F63B78;

    // [byte index * 256 + byte]: what a checksum becomes after LaneBytes zeros, byte by byte of the checksum.
    private static readonly uint[] ShiftOneLane = ShiftTable(LaneBytes);

    /// <summary>The checksum of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => ~Append(~0u, data);

    /// <summary>Goes on with a checksum that was begun with <c>~0u</c>; the caller inverts the last result.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        while (data.Length >= LaneBytes * 3)
        {
            crc = ThreeLanes(crc, data);
            data = data[(LaneBytes * 3)..];
        }

        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (byte rest in data[(words.Length * 8)..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return crc;
    }

    private static uint ThreeLanes(uint crc, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(data[..LaneBytes]);
        ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(data.Slice(LaneBytes, LaneBytes));
        ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(data.Slice(2 * LaneBytes, LaneBytes));
        uint a = crc, b = 0, c = 0;
        for (int i = 0; i < first.Length; i++)
        {
            a = BitOperations.Crc32C(a, first[i]);
            b = BitOperations.Crc32C(b, second[i]);
            c = BitOperations.Crc32C(c, third[i]);
        }

        return Shift(Shift(a) ^ b) ^ c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Shift(uint crc)
    {
        uint[] table = ShiftOneLane;
        return table[crc & 0xFF] ^ table[256 + ((crc >> 8) & 0xFF)] ^ table[512 + ((crc >> 16) & 0xFF)] ^ table[768 + (crc >> 24)];
    }

    private static uint[] ShiftTable(int zeros)
    {
        // Shifting is linear: it is known for every value once it is known for every single bit.
        Span<uint> bits = stackalloc uint[32];
        for (int bit = 0; bit < 32; bit++)
        {
            uint crc = 1u << bit;
            for (int i = 0; i < zeros * 8; i++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }

            bits[bit] = crc;
        }

        uint[] table = new uint[1024];
        for (int index = 0; index < 4; index++)
        {
            for (int value = 0; value < 256; value++)
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    if ((value & (1 << bit)) != 0)
                    {
                        table[(index * 256) + value] ^= bits[(index * 8) + bit];
                    }
                }
            }
        }

        return table;
    }
}
