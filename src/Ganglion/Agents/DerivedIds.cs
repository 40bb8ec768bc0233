using System.Buffers.Binary;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Agents;

/// <summary>
/// Ids of what a handler sends, derived from what it handles: a step that is done again sends the same ids, so that receivers
/// recognise duplicates. They are version 8 UUIDs over MurmurHash3 of source, id, channel, agent and index.
/// </summary>
internal readonly struct DerivedIds(CloudEvent cause, string channel, AgentType agent)
{
    private readonly UInt128 _root = Hash128.Of([cause.Source, cause.Id, channel, agent.Name]);

    public string this[int index]
    {
        get
        {
            Span<byte> bytes = stackalloc byte[20];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, _root);
            BinaryPrimitives.WriteInt32BigEndian(bytes[16..], index);
            BinaryPrimitives.WriteUInt128BigEndian(bytes, Hash128.Of(bytes));
            bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
            bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
            return new Guid(bytes[..16], bigEndian: true).ToString();
        }
    }
}
