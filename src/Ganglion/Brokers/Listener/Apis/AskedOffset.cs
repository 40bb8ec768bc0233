using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>How far a group has come in a partition, as a client commits it.</summary>
/// <param name="Number">The number of the partition.</param>
/// <param name="Offset">The offset, and what the client says about it.</param>
internal readonly record struct AskedOffset(int Number, OffsetAndMetadata Offset)
{
    public static AskedOffset Read(WireReader reader, bool hasLeaderEpoch)
    {
        int number = reader.ReadInt32();
        long offset = reader.ReadInt64();
        if (hasLeaderEpoch)
        {
            reader.ReadInt32(); // There is but one.
        }

        string? metadata = reader.ReadNullableString();
        return new AskedOffset(number, new OffsetAndMetadata(offset, string.IsNullOrEmpty(metadata) ? null : metadata));
    }
}
