using System.Buffers.Binary;

namespace Ganglion.Brokers;

/// <summary>
/// Maps keys to partitions exactly as Kafka's default partitioner does, so that every broker and every client places a key
/// alike.
/// </summary>
public static class Murmur2
{
    /// <summary>The partition of a key: positive murmur2 of its bytes, modulo the number of partitions.</summary>
    /// <param name="key">The key's bytes; empty is a key like any other.</param>
    /// <param name="partitions">How many partitions the topic has; at least 1.</param>
    /// <returns>0 to <paramref name="partitions"/> - 1.</returns>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        return (int)((Hash(key) & 0x7FFFFFFF) % (uint)partitions);
    }

    /// <summary>MurmurHash2, 32 bits, with Kafka's seed.</summary>
    /// <param name="data">The bytes to hash.</param>
    public static uint Hash(ReadOnlySpan<byte> data)
    {
        const uint seed = 0x9747b28c;
        const uint m = 0x5bd1e995;
        const int r = 24;

        uint hash = seed ^ (uint)data.Length;
        while (data.Length >= 4)
        {
            uint k = BinaryPrimitives.ReadUInt32LittleEndian(data) * m;
            k ^= k >> r;
            hash = (hash * m) ^ (k * m);
            data = data[4..];
        }

        if (!data.IsEmpty)
        {
            for (int i = data.Length - 1; i >= 0; i--)
            {
                hash ^= (uint)data[i] << (8 * i);
            }

            hash *= m;
        }

        hash ^= hash >> 13;
        hash *= m;
        return hash ^ (hash >> 15);
    }
}
