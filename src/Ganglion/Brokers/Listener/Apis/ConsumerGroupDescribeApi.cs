using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// ConsumerGroupDescribe (69), versions 0–1: modern groups with their members, what these may have and what they are meant to have. KIP-848.
/// Deviations: which operations are allowed is not told; groups of agents are none of this kind.
/// </summary>
internal sealed class ConsumerGroupDescribeApi(ListenerContext context) : ImmediateApi(ApiKey.ConsumerGroupDescribe, 0, 1, flexibleFrom: 0)
{
    private const sbyte ConsumerMember = 1;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<string> groups = body.ReadArray(static reader => reader.ReadString());
        body.ReadBoolean(); // Whether allowed operations are to be told.
        body.SkipTags();

        response.WriteInt32(0); // Throttle time.
        response.WriteArray(groups, (writer, groupId) => WriteGroup(writer, request.Version, groupId));
        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private void WriteGroup(WireWriter writer, short version, string groupId)
    {
        ErrorCode error = GroupLimits.CheckGroupId(groupId);
        ModernGroupDescription? group = error == ErrorCode.None ? context.Groups.DescribeModern(groupId) : null;
        writer.WriteError(error == ErrorCode.None && group is null ? ErrorCode.GroupIdNotFound : error);
        writer.WriteFault(group is null ? $"There is no group '{groupId}' that follows this protocol; DescribeGroups describes others." : null);
        writer.WriteString(groupId);
        writer.WriteString(group?.State.ToString() ?? "");
        writer.WriteInt32(group?.Epoch ?? 0);
        writer.WriteInt32(group?.Epoch ?? 0); // That of the assignment, which is made with each epoch.
        writer.WriteString(group?.Assignor ?? "");
        writer.WriteArray(group?.Members ?? [], (members, member) => WriteMember(members, version, member));
        writer.WriteInt32(ListenerContext.AuthorizedOperationsUnknown);
        writer.WriteTags();
    }

    private static void WriteMember(WireWriter writer, short version, ModernMemberDescription member)
    {
        writer.WriteString(member.Id);
        writer.WriteString(member.InstanceId);
        writer.WriteString(member.RackId);
        writer.WriteInt32(member.Epoch);
        writer.WriteString(member.ClientId);
        writer.WriteString(member.ClientHost);
        writer.WriteArray(member.Topics, static (topics, topic) => topics.WriteString(topic));
        writer.WriteString(member.Pattern);
        WriteAssignment(writer, member.Assigned);
        WriteAssignment(writer, member.Target);
        if (version >= 1)
        {
            writer.WriteInt8(ConsumerMember);
        }

        writer.WriteTags();
    }

    private static void WriteAssignment(WireWriter writer, IReadOnlyList<AssignedTopic> assignment)
    {
        writer.WriteArray(assignment, static (topics, topic) =>
        {
            topics.WriteUuid(topic.Id);
            topics.WriteString(topic.Name);
            topics.WriteInt32Array(topic.Partitions);
            topics.WriteTags();
        });
        writer.WriteTags();
    }
}
