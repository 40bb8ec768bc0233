using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// Metadata (3), versions 0–12: the topics, their partitions, and who leads them. It is this broker. KIP-516 (topic ids).
/// Deviations: the broker's own topics are there when they are needed first; a topic that is named twice is told twice; what a
/// client may do is not told (KIP-430): whoever is let in may do everything.
/// </summary>
internal sealed class MetadataApi(ListenerContext context) : ImmediateApi(ApiKey.Metadata, 0, 12, flexibleFrom: 9)
{
    // Earlier ones have them in the request, too, and no use for them.
    private const short FirstVersionWithIds = 12;

    private TopicCatalog Catalog => context.Broker.Catalog;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<AskedTopic>? asked = body.ReadNullableArray(reader => ReadTopic(reader, request.Version));
        bool mayCreate = request.Version < 4 || body.ReadBoolean();
        if (request.Version is >= 8 and <= 10)
        {
            body.ReadBoolean(); // Whether what the client may do with the cluster is to be told.
        }

        if (request.Version >= 8)
        {
            body.ReadBoolean(); // The same of topics.
        }

        body.SkipTags();

        // In the oldest version an empty list means all, later null does.
        bool all = asked is null || (request.Version == 0 && asked.Count == 0);
        List<FoundTopic> found = all
            ? [.. Catalog.All.OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(topic => new FoundTopic(topic.Name, topic.Id, topic, ErrorCode.None))]
            : asked!.ConvertAll(topic => Find(topic, request.Version, mayCreate));
        Write(response, request.Version, found);
        return ValueTask.CompletedTask;
    }

    private static AskedTopic ReadTopic(WireReader reader, short version)
    {
        Guid id = version >= 10 ? reader.ReadUuid() : Guid.Empty;
        string? name = version >= 10 ? reader.ReadNullableString() : reader.ReadString();
        reader.SkipTags();
        return new AskedTopic(name, id);
    }

    private FoundTopic Find(AskedTopic asked, short version, bool mayCreate)
    {
        if (version < FirstVersionWithIds && (asked.Name is null || asked.Id != Guid.Empty))
        {
            return new FoundTopic(asked.Name, asked.Id, null, ErrorCode.InvalidRequest);
        }

        if (asked.Name is not { } name)
        {
            return Catalog.Find(asked.Id) is { } known
                ? new FoundTopic(known.Name, known.Id, known, ErrorCode.None)
                : new FoundTopic(null, asked.Id, null, ErrorCode.UnknownTopicId);
        }

        try
        {
            Topic? topic = mayCreate ? Catalog.GetOrCreate(name) : Catalog.Find(name);
            if (topic is null)
            {
                TopicRules.CheckName(name);
            }

            return new FoundTopic(name, topic?.Id ?? Guid.Empty, topic, topic is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None);
        }
        catch (GanglionException exception)
        {
            return new FoundTopic(name, Guid.Empty, null, Errors.CodeOf(exception));
        }
    }

    private void Write(WireWriter response, short version, List<FoundTopic> topics)
    {
        if (version >= 3)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteArray([context.Address], (writer, address) =>
        {
            writer.WriteInt32(ListenerContext.NodeId);
            writer.WriteString(address.Host);
            writer.WriteInt32(address.Port);
            if (version >= 1)
            {
                writer.WriteString(null); // The rack.
            }

            writer.WriteTags();
        });
        if (version >= 2)
        {
            response.WriteString(ListenerContext.ClusterId);
        }

        if (version >= 1)
        {
            response.WriteInt32(ListenerContext.NodeId); // The controller.
        }

        response.WriteArray(topics, (writer, topic) => WriteTopic(writer, version, topic));
        if (version is >= 8 and <= 10)
        {
            response.WriteInt32(ListenerContext.AuthorizedOperationsUnknown);
        }

        response.WriteTags();
    }

    private static void WriteTopic(WireWriter writer, short version, FoundTopic found)
    {
        writer.WriteError(found.Error);
        writer.WriteString(version >= 12 ? found.Name : found.Name ?? "");
        if (version >= 10)
        {
            writer.WriteUuid(found.Id);
        }

        if (version >= 1)
        {
            writer.WriteBoolean(found.Topic is { IsBrokersOwn: true });
        }

        writer.WriteArray(found.Topic?.Partitions ?? [], (partitions, partition) => WritePartition(partitions, version, partition));
        if (version >= 8)
        {
            writer.WriteInt32(ListenerContext.AuthorizedOperationsUnknown);
        }

        writer.WriteTags();
    }

    private static void WritePartition(WireWriter writer, short version, Partition partition)
    {
        writer.WriteError(ErrorCode.None);
        writer.WriteInt32(partition.Id.Partition);
        writer.WriteInt32(ListenerContext.NodeId);
        if (version >= 7)
        {
            writer.WriteInt32(ListenerContext.LeaderEpoch);
        }

        writer.WriteInt32Array([ListenerContext.NodeId]); // The replicas.
        writer.WriteInt32Array([ListenerContext.NodeId]); // Those in sync.
        if (version >= 5)
        {
            writer.WriteInt32Array([]); // Those offline.
        }

        writer.WriteTags();
    }

    private readonly record struct AskedTopic(string? Name, Guid Id);

    private sealed record FoundTopic(string? Name, Guid Id, Topic? Topic, ErrorCode Error);
}
