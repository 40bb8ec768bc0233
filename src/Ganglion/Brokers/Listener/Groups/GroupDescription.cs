using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Listener.Groups.Modern;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>A group as clients see it.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="State">What its members are about to do.</param>
internal sealed record GroupDescription(string GroupId, GroupState State)
{
    /// <summary>The way in which agents share partitions out: the coordinator assigns them.</summary>
    private const string AgentsProtocol = "ganglion";

    public GroupType Type { get; init; }

    /// <summary>What the group is for; empty if nobody has said so.</summary>
    public string ProtocolType { get; init; } = "";

    /// <summary>How partitions are shared out; empty while that is not settled.</summary>
    public string ProtocolName { get; init; } = "";

    public IReadOnlyList<DescribedMember> Members { get; init; } = [];

    /// <summary>A group of clients whose leader decides.</summary>
    public static GroupDescription Of(string groupId, ClassicGroup group)
    {
        bool isStable = group.Phase == GroupState.Stable;
        string? protocol = isStable ? group.ProtocolName : null;
        return new GroupDescription(groupId, group.IsEmpty ? GroupState.Empty : group.Phase)
        {
            ProtocolType = group.ProtocolType ?? "",
            ProtocolName = protocol ?? "",
            Members = [.. group.Members.Select(member => new DescribedMember(
                member.Id,
                member.InstanceId,
                member.Request.ClientId,
                member.Request.ClientHost,
                member.MetadataFor(protocol),
                isStable ? member.Assignment : default))],
        };
    }

    /// <summary>A group of clients for which the broker decides, described as if their leader had.</summary>
    public static GroupDescription Of(string groupId, ModernGroup group) => new(groupId, group.Phase)
    {
        Type = GroupType.Consumer,
        ProtocolType = ConsumerProtocol.Type,
        ProtocolName = group.Assignor.Name,
        Members = [.. group.Members.Select(member => new DescribedMember(
            member.Id,
            member.InstanceId,
            member.ClientId,
            member.ClientHost,
            ConsumerProtocol.WriteSubscription(group.TopicsOf(member)),
            ConsumerProtocol.WriteAssignment(group.NamesOf(member.Assigned))))],
    };

    /// <summary>A group of agents, described as if they were clients.</summary>
    public static GroupDescription OfAgents(ConsumerGroup group) => new(
        group.Id, group.State == ConsumerGroupState.Stable ? GroupState.Stable : GroupState.PreparingRebalance)
    {
        ProtocolType = ConsumerProtocol.Type,
        ProtocolName = AgentsProtocol,
        Members = [.. group.Members.Select(member => new DescribedMember(
            member.Id,
            InstanceId: null,
            member.ClientId,
            ClientHost: "",
            ConsumerProtocol.WriteSubscription(member.Topics),
            ConsumerProtocol.WriteAssignment([.. member.Owned.Keys.Order()])))],
    };
}
