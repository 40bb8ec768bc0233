using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// OffsetForLeaderEpoch (23), versions 0–4: where the records of a leader's epoch end, for consumers that look whether what they have read
/// is still there. KIP-101, KIP-320. There is one epoch, which ends where the log does.
/// </summary>
internal sealed class OffsetForLeaderEpochApi(ListenerContext context) : Api(ApiKey.OffsetForLeaderEpoch, 0, 4, flexibleFrom: 4)
{
    private const int Unknown = -1;

    public override ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        if (request.Version >= 3)
        {
            body.ReadInt32(); // Which replica asks; none does.
        }

        List<AskedTopic> topics = body.ReadArray(reader => ReadTopic(reader, request.Version));
        body.SkipTags();

        if (request.Version >= 2)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteArray(topics, (writer, topic) =>
        {
            writer.WriteString(topic.Name);
            writer.WriteArray(topic.Partitions, (partitions, asked) => WritePartition(partitions, request.Version, topic.Name, asked));
            writer.WriteTags();
        });
        response.WriteTags();
        return new(true);
    }

    private static AskedTopic ReadTopic(WireReader reader, short version)
    {
        var topic = new AskedTopic(reader.ReadString(), reader.ReadArray(partition =>
        {
            var asked = new AskedPartition(
                partition.ReadInt32(), version >= 2 ? partition.ReadInt32() : Unknown, partition.ReadInt32());
            partition.SkipTags();
            return asked;
        }));
        reader.SkipTags();
        return topic;
    }

    private void WritePartition(WireWriter writer, short version, string topic, AskedPartition asked)
    {
        ErrorCode error = TryFind(topic, asked.Number, out Partition? partition)
            ? ListenerContext.CheckEpoch(asked.CurrentEpoch)
            : ErrorCode.UnknownTopicOrPartition;
        bool isKnown = error == ErrorCode.None && asked.Epoch == ListenerContext.LeaderEpoch;
        writer.WriteError(error);
        writer.WriteInt32(asked.Number);
        if (version >= 1)
        {
            writer.WriteInt32(isKnown ? ListenerContext.LeaderEpoch : Unknown);
        }

        writer.WriteInt64(isKnown ? partition!.HighWatermark : Unknown);
        writer.WriteTags();
    }

    private bool TryFind(string topic, int number, out Partition? partition)
    {
        partition = context.Broker.Catalog.Find(topic)?.Partitions.ElementAtOrDefault(number);
        return partition is not null;
    }

    private sealed record AskedTopic(string Name, List<AskedPartition> Partitions);

    /// <summary>A partition, the epoch that the client takes for the leader's, and the one whose end it wants to know.</summary>
    private readonly record struct AskedPartition(int Number, int CurrentEpoch, int Epoch);
}
