using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Fetching;

/// <summary>A topic that a client reads.</summary>
internal sealed record FetchedTopic(string Name, List<FetchedPartition> Partitions)
{
    public static FetchedTopic Read(WireReader reader, short version)
    {
        string name = reader.ReadString();
        List<FetchedPartition> partitions = reader.ReadArray(partition => FetchedPartition.Read(partition, version));
        reader.SkipTags();
        return new FetchedTopic(name, partitions);
    }
}
