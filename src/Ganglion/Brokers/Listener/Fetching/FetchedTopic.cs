using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Fetching;

/// <summary>A topic that a client reads.</summary>
/// <param name="Name">Its name; null if the client goes by the id.</param>
/// <param name="Id">Its id; empty if the client goes by the name.</param>
/// <param name="Partitions">What is read of it.</param>
internal sealed record FetchedTopic(string? Name, Guid Id, List<FetchedPartition> Partitions)
{
    /// <summary>The first version of a fetch in which topics go by their ids (KIP-516).</summary>
    public const short FirstVersionWithIds = 13;

    public static FetchedTopic Read(WireReader reader, short version)
    {
        bool hasId = version >= FirstVersionWithIds;
        Guid id = hasId ? reader.ReadUuid() : Guid.Empty;
        string? name = hasId ? null : reader.ReadString();
        List<FetchedPartition> partitions = reader.ReadArray(partition => FetchedPartition.Read(partition, version));
        reader.SkipTags();
        return new FetchedTopic(name, id, partitions);
    }

    public Topic? FindIn(TopicCatalog catalog) => Name is null ? catalog.Find(Id) : catalog.Find(Name);
}
