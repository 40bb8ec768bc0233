using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Ganglion.Events;

/// <summary>
/// Gives the same string for the same bytes, for attributes that few values repeat in: types, sources, content types. A fixed
/// number of slots, each with the last string that fell into it; a race between threads costs an allocation and nothing else.
/// </summary>
internal static class Utf8StringCache
{
    private const int SlotBits = 10;
    private const int LongestString = 128;

    private static readonly string?[] Slots = new string?[1 << SlotBits];

    /// <summary>Reads text as <see cref="AttributeText.Read"/> does.</summary>
    public static string? Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestString)
        {
            return AttributeText.Read(utf8);
        }

        ref string? slot = ref Slots[Hash(utf8) >> (32 - SlotBits)];
        string? known = slot;
        if (known is not null && Ascii.Equals(utf8, known))
        {
            return known;
        }

        string? text = AttributeText.Read(utf8);
        if (text?.Length == utf8.Length)
        {
            slot = text;
        }

        return text;
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        uint hash = (uint)bytes.Length;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = BitOperations.Crc32C(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte next in bytes)
        {
            hash = BitOperations.Crc32C(hash, next);
        }

        return hash;
    }
}
