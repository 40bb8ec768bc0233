using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// DescribeGroups (15), versions 0–5: groups with their members, and what these are assigned. KIP-345, KIP-430.
/// Deviations: groups of agents, and modern ones, which Kafka takes for dead here, are described as groups of the classic protocol, with <c>ganglion</c> for the way in which they share partitions
/// out; an empty group id is refused; which operations are allowed is not told.
/// </summary>
internal sealed class DescribeGroupsApi(ListenerContext context) : ImmediateApi(ApiKey.DescribeGroups, 0, 5, flexibleFrom: 5)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<string> groups = body.ReadArray(static reader => reader.ReadString());
        if (request.Version >= 3)
        {
            body.ReadBoolean(); // Whether allowed operations are to be told.
        }

        body.SkipTags();

        if (request.Version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteArray(groups, (writer, groupId) => WriteGroup(writer, request.Version, groupId));
        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private void WriteGroup(WireWriter writer, short version, string groupId)
    {
        ErrorCode error = GroupLimits.CheckGroupId(groupId);
        GroupDescription group = error == ErrorCode.None
            ? context.Groups.Describe(groupId)
            : new GroupDescription(groupId, GroupState.Dead);
        writer.WriteError(error);
        writer.WriteString(groupId);
        writer.WriteString(group.State.ToString());
        writer.WriteString(group.ProtocolType);
        writer.WriteString(group.ProtocolName);
        writer.WriteArray(group.Members, (members, member) =>
        {
            members.WriteString(member.MemberId);
            if (version >= 4)
            {
                members.WriteString(member.InstanceId);
            }

            members.WriteString(member.ClientId);
            members.WriteString(member.ClientHost);
            members.WriteBytes(member.Metadata);
            members.WriteBytes(member.Assignment);
            members.WriteTags();
        });
        if (version >= 3)
        {
            writer.WriteInt32(ListenerContext.AuthorizedOperationsUnknown);
        }

        writer.WriteTags();
    }
}
