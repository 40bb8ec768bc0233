using System.Runtime.CompilerServices;

namespace Ganglion.Events;

/// <summary>Variable-length integers as Kafka's record format 2 writes them: zig-zag, seven bits a byte, low bits first.</summary>
internal static class VarInt
{
    /// <summary>The most bytes a 32-bit value takes.</summary>
    public const int MaxBytes = 5;

    /// <summary>The most bytes a 64-bit value takes.</summary>
    public const int MaxLongBytes = 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, long value)
    {
        ulong zigzag = (ulong)((value << 1) ^ (value >> 63));
        int written = 0;
        while (zigzag >= 0x80)
        {
            destination[written++] = (byte)(zigzag | 0x80);
            zigzag >>= 7;
        }

        destination[written++] = (byte)zigzag;
        return written;
    }

    public static int SizeOf(long value)
    {
        ulong zigzag = (ulong)((value << 1) ^ (value >> 63));
        int bits = 64 - System.Numerics.BitOperations.LeadingZeroCount(zigzag | 1);
        return (bits + 6) / 7;
    }

    /// <summary>Reads a 32-bit value and moves <paramref name="position"/> behind it.</summary>
    /// <exception cref="FormatException">The bytes end too early, or the value is no 32-bit integer.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadSigned(ReadOnlySpan<byte> source, ref int position)
    {
        if ((uint)position < (uint)source.Length && source[position] < 0x80)
        {
            uint single = source[position++];
            return (int)(single >> 1) ^ -(int)(single & 1);
        }

        long value = ReadSignedLong(source, ref position);
        if (value is < int.MinValue or > int.MaxValue)
        {
            throw new FormatException("A variable-length integer exceeds 32 bits.");
        }

        return (int)value;
    }

    /// <summary>Reads a 64-bit value and moves <paramref name="position"/> behind it.</summary>
    /// <exception cref="FormatException">The bytes end too early, or the value is longer than ten bytes.</exception>
    public static long ReadSignedLong(ReadOnlySpan<byte> source, ref int position)
    {
        ulong zigzag = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if ((uint)position >= (uint)source.Length)
            {
                throw new FormatException("A variable-length integer is cut off.");
            }

            byte next = source[position++];
            zigzag |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
            }
        }

        throw new FormatException("A variable-length integer is longer than ten bytes.");
    }

    /// <summary>Reads a length and so many bytes, and moves <paramref name="position"/> behind them.</summary>
    /// <param name="source">What the bytes are a part of, from then on.</param>
    /// <param name="within">The same bytes, up to where they may reach.</param>
    /// <param name="position">Where the length lies.</param>
    /// <returns>The bytes; <see langword="null"/> for a negative length.</returns>
    /// <exception cref="FormatException">There are fewer.</exception>
    public static ReadOnlyMemory<byte>? ReadBytes(ReadOnlyMemory<byte> source, ReadOnlySpan<byte> within, ref int position)
    {
        int length = ReadSigned(within, ref position);
        if (length < 0)
        {
            return null;
        }

        if (length > within.Length - position)
        {
            throw new FormatException("A key, a value or a header exceeds its record.");
        }

        ReadOnlyMemory<byte> bytes = source.Slice(position, length);
        position += length;
        return bytes;
    }
}
