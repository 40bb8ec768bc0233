using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// OffsetCommit (8), versions 2–9: stores how far a group has come, with the same guarantees as an append. KIP-211, KIP-320, KIP-345, KIP-848
/// (members of modern groups, by their epochs).
/// Deviations: offsets are kept until they are removed, whatever retention is asked for, but one behind the end of its partition until the next
/// start only; the epoch of the leader is not kept, for it never changes; an offset below 0 and an empty group id are refused; metadata is measured in bytes; a group without members takes offsets of those that have no generation, as on Kafka, but a
/// group of agents does not.
/// </summary>
internal sealed class OffsetCommitApi(ListenerContext context) : ImmediateApi(ApiKey.OffsetCommit, 2, 9, flexibleFrom: 8)
{
    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        short version = request.Version;
        string groupId = body.ReadString();
        int generation = body.ReadInt32();
        var member = new MemberIdentity(body.ReadString(), version >= 7 ? body.ReadNullableString() : null);
        if (version <= 4)
        {
            body.ReadInt64(); // How long it is to be kept.
        }

        List<TopicData<AskedOffset>> topics = body.ReadTopics(partition => AskedOffset.Read(partition, hasLeaderEpoch: version >= 6));
        body.SkipTags();

        ErrorCode error = await context.Groups.CommitAsync(
            groupId,
            new Committer(generation, member) { KnowsEpochs = version >= 9 },
            [.. topics.SelectMany(topic => topic.Partitions
                .Where(partition => Check(topic.Name, partition) == ErrorCode.None)
                .Select(partition => KeyValuePair.Create(new TopicPartition(topic.Name, partition.Number), (OffsetAndMetadata?)partition.Offset)))],
            cancellationToken).ConfigureAwait(false);

        if (version >= 3)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteTopics(topics, (writer, topic, partition) =>
        {
            writer.WriteInt32(partition.Number);
            writer.WriteError(error == ErrorCode.None ? Check(topic, partition) : error);
        });
        response.WriteTags();
    }

    private ErrorCode Check(string topic, AskedOffset partition) =>
        context.Groups.CheckOffset(new TopicPartition(topic, partition.Number), partition.Offset);
}
