using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// ConsumerGroupHeartbeat (68), versions 0–1: a member of a modern group joins, is alive, learns what it may have, tells what it has given up, and
/// leaves. KIP-848, KIP-1082 (members make their ids).
/// Deviations: members and epochs end with the broker's process, and whoever was a member then joins anew; groups do not change their protocol while
/// they have members, of whom there are 1,000 at most; a member that joins again, or has missed an answer, is let in where Kafka fences it, and is told
/// what it may have until it says that it has it; regular expressions are .NET's, without backtracking, and do not mean the broker's own topics;
/// nothing depends on racks.
/// </summary>
internal sealed class ConsumerGroupHeartbeatApi(ListenerContext context) : ImmediateApi(ApiKey.ConsumerGroupHeartbeat, 0, 1, flexibleFrom: 0)
{
    private const sbyte Absent = -1;
    private const sbyte Present = 1;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        HeartbeatResult result = context.Groups.Heartbeat(Read(request));
        response.WriteInt32(0); // Throttle time.
        response.WriteError(result.Error);
        response.WriteString(result.Message);
        response.WriteString(result.MemberId);
        response.WriteInt32(result.Epoch);
        response.WriteInt32((int)context.Groups.HeartbeatInterval.TotalMilliseconds);
        response.WriteInt8(result.Assignment is null ? Absent : Present);
        if (result.Assignment is { } assignment)
        {
            response.WriteArray([.. assignment.GroupBy(partition => partition.TopicId, partition => partition.Partition)], static (topics, topic) =>
            {
                topics.WriteUuid(topic.Key);
                topics.WriteInt32Array([.. topic.Order()]);
                topics.WriteTags();
            });
            response.WriteTags();
        }

        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static HeartbeatRequest Read(ApiRequest request)
    {
        WireReader body = request.Body;
        string groupId = body.ReadString();
        string memberId = body.ReadString();
        int epoch = body.ReadInt32();
        string? instanceId = body.ReadNullableString();
        string? rackId = body.ReadNullableString();
        int rebalance = body.ReadInt32();
        List<string>? topics = body.ReadNullableArray(static reader => reader.ReadString());
        string? pattern = request.Version >= 1 ? body.ReadNullableString() : null;
        string? assignor = body.ReadNullableString();
        HashSet<TopicIdPartition>? owned = body.ReadNullableArray(ReadTopic)?.SelectMany(partitions => partitions).ToHashSet();
        body.SkipTags();
        return new HeartbeatRequest(groupId, memberId, epoch, instanceId, request.ClientId ?? "", request.Session.Host)
        {
            RequiresMemberId = request.Version >= 1,
            RackId = rackId,
            RebalanceTimeout = rebalance < 0 ? null : TimeSpan.FromMilliseconds(rebalance),
            Topics = topics,
            Pattern = pattern,
            Assignor = assignor,
            Owned = owned,
        };
    }

    private static List<TopicIdPartition> ReadTopic(WireReader reader)
    {
        Guid topic = reader.ReadUuid();
        List<TopicIdPartition> partitions = reader.ReadArray(partition => new TopicIdPartition(topic, partition.ReadInt32()));
        reader.SkipTags();
        return partitions;
    }
}
