using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Ganglion.State;

/// <summary>
/// MurmurHash3 (x64, 128 bits): stable across processes and versions, so that ids may be derived from it, and short enough to
/// stand for a long key in memory. Not for keeping secrets.
/// </summary>
internal static class Hash128
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public static UInt128 Of(ReadOnlySpan<byte> data, ulong seed = 0)
    {
        ulong h1 = seed;
        ulong h2 = seed;
        int length = data.Length;
        for (; data.Length >= 16; data = data[16..])
        {
            h1 = (BitOperations.RotateLeft(h1 ^ Mix1(BinaryPrimitives.ReadUInt64LittleEndian(data)), 27) + h2) * 5 + 0x52dce729;
            h2 = (BitOperations.RotateLeft(h2 ^ Mix2(BinaryPrimitives.ReadUInt64LittleEndian(data[8..])), 31) + h1) * 5 + 0x38495ab5;
        }

        if (!data.IsEmpty)
        {
            Span<byte> tail = stackalloc byte[16];
            tail.Clear();
            data.CopyTo(tail);
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(tail));
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
        }

        h1 ^= (ulong)length;
        h2 ^= (ulong)length;
        h1 += h2;
        h2 += h1;
        h1 = Finish(h1);
        h2 = Finish(h2);
        h1 += h2;
        h2 += h1;
        return new UInt128(h1, h2);
    }

    /// <summary>
    /// A seed of its own for every process, for hashes that do not leave it: so nobody can prepare a text that collides with somebody
    /// else's.
    /// </summary>
    public static ulong ProcessSeed { get; } = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>The hash of a text's UTF-8 bytes.</summary>
    [SkipLocalsInit]
    public static UInt128 OfUtf8(string text, ulong seed = 0)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        UInt128 hash = Of(bytes[..Encoding.UTF8.GetBytes(text, bytes)], seed);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <summary>The hash of texts in their order, told apart from the same characters split elsewhere.</summary>
    [SkipLocalsInit]
    public static UInt128 Of(ReadOnlySpan<string> texts, ulong seed = 0)
    {
        int most = 0;
        foreach (string text in texts)
        {
            most += Encoding.UTF8.GetMaxByteCount(text.Length) + sizeof(int);
        }

        byte[]? rented = most > 1024 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[1024];
        int length = 0;
        foreach (string text in texts)
        {
            int written = Encoding.UTF8.GetBytes(text, bytes[(length + sizeof(int))..]);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[length..], written);
            length += written + sizeof(int);
        }

        UInt128 hash = Of(bytes[..length], seed);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    private static ulong Mix1(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Mix2(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Finish(ulong k)
    {
        k ^= k >> 33;
        k *= 0xff51afd7ed558ccd;
        k ^= k >> 33;
        k *= 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
