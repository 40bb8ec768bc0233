using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// OffsetForLeaderEpoch (23), versions 0–4: where the records of a leader's epoch end, for consumers that look whether what they have read
/// is still there. KIP-101, KIP-320. There is one epoch, which ends where the log does.
/// </summary>
internal sealed class OffsetForLeaderEpochApi(ListenerContext context) : ImmediateApi(ApiKey.OffsetForLeaderEpoch, 0, 4, flexibleFrom: 4)
{
    private const int Unknown = -1;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        if (request.Version >= 3)
        {
            body.ReadInt32(); // Which replica asks; none does.
        }

        List<TopicData<AskedPartition>> topics = body.ReadTopics(partition =>
            new AskedPartition(partition.ReadInt32(), request.Version >= 2 ? partition.ReadInt32() : Unknown, partition.ReadInt32()));
        body.SkipTags();

        if (request.Version >= 2)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteTopics(topics, (writer, topic, asked) => WritePartition(writer, request.Version, topic, asked));
        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private void WritePartition(WireWriter writer, short version, string topic, AskedPartition asked)
    {
        Partition? partition = context.Broker.Catalog.Find(new TopicPartition(topic, asked.Number));
        ErrorCode error = partition is null ? ErrorCode.UnknownTopicOrPartition : ListenerContext.CheckEpoch(asked.CurrentEpoch);
        bool isKnown = error == ErrorCode.None && asked.Epoch == ListenerContext.LeaderEpoch;
        writer.WriteError(error);
        writer.WriteInt32(asked.Number);
        if (version >= 1)
        {
            writer.WriteInt32(isKnown ? ListenerContext.LeaderEpoch : Unknown);
        }

        writer.WriteInt64(isKnown ? partition!.HighWatermark : Unknown);
    }

    /// <summary>A partition, the epoch that the client takes for the leader's, and the one whose end it wants to know.</summary>
    private readonly record struct AskedPartition(int Number, int CurrentEpoch, int Epoch);
}
