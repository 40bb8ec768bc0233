using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

internal sealed partial class ClientGroups
{
    /// <summary>After which a member of a modern group is overdue.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How often a member of a modern group is to say that it is alive.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Lets somebody join a modern group, be alive in it, or leave it.</summary>
    public HeartbeatResult Heartbeat(HeartbeatRequest request)
    {
        if (HeartbeatRules.Check(request) is { } invalid)
        {
            return invalid;
        }

        TopicPattern? pattern = null;
        if (request.Pattern is { Length: > 0 } text && !TopicPattern.TryParse(text, out pattern, out string? fault))
        {
            return HeartbeatResult.Refused(ErrorCode.InvalidRegularExpression, $"The regular expression of the topics cannot be read: {fault}");
        }

        return broker.Coordinator.Visit(request.GroupId, group =>
        {
            if (request.Epoch != MemberEpoch.Joining && group.Clients is not ModernGroup && group.Members.Count == 0 && !group.HasClients)
            {
                // As after a restart of the broker, which remembers no members.
                return HeartbeatResult.Refused(ErrorCode.UnknownMemberId, $"Group '{group.Id}' has no members. Give up all partitions, and join with epoch 0.");
            }

            ModernGroup? members = Enter(
                group, () => new ModernGroup(group.Id, broker.Catalog, broker.Coordinator, broker.Time, SessionTimeout));
            return members?.Heartbeat(request, pattern) ?? HeartbeatResult.Refused(
                ErrorCode.GroupIdNotFound, $"Group '{group.Id}' has members that are agents, or follow the classic protocol. Choose another group, or stop them first.");
        });
    }

    /// <summary>Whether a member of a modern group may be told what the group has committed: it must be where the group takes it to be.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="memberId">Who asks; null if it is none of a modern group's members.</param>
    /// <param name="epoch">The epoch that it claims to be in; negative if it is no member.</param>
    public ErrorCode CheckFetch(string groupId, string? memberId, int epoch) =>
        memberId is null || epoch < 0
            ? ErrorCode.None
            : broker.Coordinator.Visit(groupId, group => group.Clients switch
            {
                ModernGroup members => members.CheckEpoch(memberId, epoch),
                ClassicGroup { IsForgettable: false } => ErrorCode.None,
                _ => ErrorCode.UnknownMemberId,
            });

    /// <summary>Describes a modern group.</summary>
    /// <returns>Null if there is none of that name.</returns>
    public ModernGroupDescription? DescribeModern(string groupId) =>
        broker.Coordinator.Visit(groupId, group => group.Clients is ModernGroup members && group.Members.Count == 0 ? members.DescribeWhole() : null);
}
