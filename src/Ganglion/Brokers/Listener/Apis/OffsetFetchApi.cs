using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// OffsetFetch (9), versions 1–9: what groups have committed. KIP-88 (all partitions), KIP-320, KIP-447 (offsets of open transactions),
/// KIP-709 (many groups at once), KIP-848 (members of modern groups, by their epochs).
/// Deviations: the epoch of the leader is not kept, for it never changes; an empty group id is refused.
/// </summary>
internal sealed class OffsetFetchApi(ListenerContext context) : ImmediateApi(ApiKey.OffsetFetch, 1, 9, flexibleFrom: 6)
{
    private const int NoLeaderEpoch = -1;
    private const int NoEpoch = -1;

    private static readonly OffsetAndMetadata Nothing = new(-1);

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        short version = request.Version;
        List<AskedGroup> groups = version >= 8 ? body.ReadArray(reader => ReadGroup(reader, version)) : [Read(body, version)];
        bool requiresStable = version >= 7 && body.ReadBoolean();
        body.SkipTags();

        if (version >= 3)
        {
            response.WriteInt32(0); // Throttle time.
        }

        if (version >= 8)
        {
            response.WriteArray(groups, (writer, group) =>
            {
                ErrorCode error = Check(group);
                writer.WriteString(group.Id);
                WriteTopics(writer, version, Find(group, error, requiresStable));
                writer.WriteError(error);
                writer.WriteTags();
            });
        }
        else
        {
            ErrorCode error = Check(groups[0]);
            WriteTopics(response, version, Find(groups[0], error, requiresStable));
            if (version >= 2)
            {
                response.WriteError(error);
            }
        }

        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static AskedGroup ReadGroup(WireReader reader, short version)
    {
        AskedGroup group = Read(reader, version);
        reader.SkipTags();
        return group;
    }

    private static AskedGroup Read(WireReader reader, short version) => new(
        reader.ReadString(),
        version >= 9 ? reader.ReadNullableString() : null,
        version >= 9 ? reader.ReadInt32() : NoEpoch,
        reader.ReadNullableTopics());

    private ErrorCode Check(AskedGroup group) =>
        GroupLimits.CheckGroupId(group.Id) is not ErrorCode.None and var error
            ? error
            : context.Groups.CheckFetch(group.Id, group.MemberId, group.Epoch);

    private List<TopicData<FoundOffset>> Find(AskedGroup group, ErrorCode error, bool requiresStable)
    {
        if (error != ErrorCode.None)
        {
            return [.. (group.Topics ?? []).Select(topic => new TopicData<FoundOffset>(
                topic.Name, [.. topic.Partitions.Select(number => new FoundOffset(number, error, Nothing))]))];
        }

        IReadOnlySet<TopicPartition>? pending = requiresStable ? context.Transactions.GetPendingOffsets(group.Id) : null;
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> committed = context.Groups.GetOffsets(group.Id);
        IEnumerable<TopicData<int>> topics = group.Topics
            ?? committed.Keys.Order().GroupBy(
                partition => partition.Topic,
                partition => partition.Partition,
                (name, partitions) => new TopicData<int>(name, [.. partitions]),
                StringComparer.Ordinal);
        return [.. topics.Select(topic => new TopicData<FoundOffset>(topic.Name, [.. topic.Partitions.Select(number =>
        {
            var partition = new TopicPartition(topic.Name, number);
            return pending?.Contains(partition) == true
                ? new FoundOffset(number, ErrorCode.UnstableOffsetCommit, Nothing)
                : new FoundOffset(number, ErrorCode.None, committed.TryGetValue(partition, out OffsetAndMetadata offset) ? offset : Nothing);
        })]))];
    }

    private static void WriteTopics(WireWriter response, short version, List<TopicData<FoundOffset>> topics) =>
        response.WriteTopics(topics, (writer, _, partition) =>
        {
            writer.WriteInt32(partition.Number);
            writer.WriteInt64(partition.Committed.Offset);
            if (version >= 5)
            {
                writer.WriteInt32(NoLeaderEpoch);
            }

            writer.WriteString(partition.Committed.Metadata ?? "");
            writer.WriteError(partition.Error);
        });

    private sealed record AskedGroup(string Id, string? MemberId, int Epoch, List<TopicData<int>>? Topics);

    private readonly record struct FoundOffset(int Number, ErrorCode Error, OffsetAndMetadata Committed);
}
