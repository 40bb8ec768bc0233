using System.Text;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>What a heartbeat must tell, whatever the group is like.</summary>
internal static class HeartbeatRules
{
    // On Kafka it is the size of a record: it keeps members in a topic.
    private const int MaxMemberBytes = 1024 * 1024;

    /// <summary>Why a heartbeat is refused; null if it is not.</summary>
    public static HeartbeatResult? Check(HeartbeatRequest request) => CheckNames(request) ?? request.Epoch switch
    {
        MemberEpoch.Joining => CheckJoin(request),
        MemberEpoch.LeavingForAWhile when request.InstanceId is null => Invalid("Only a member with an instance id can leave for a while; leave with epoch -1."),
        < MemberEpoch.LeavingForAWhile => Invalid($"The epoch {request.Epoch} means nothing; the least is {MemberEpoch.LeavingForAWhile}."),
        _ => null,
    } ?? CheckSubscription(request);

    private static HeartbeatResult? CheckNames(HeartbeatRequest request) =>
        GroupLimits.CheckGroupId(request.GroupId) != ErrorCode.None ? Invalid($"The group id has {request.GroupId.Length} characters; allowed are 1 to 249.")
        : request.InstanceId is "" ? Invalid("The instance id is empty; leave it out for a member without.")
        : request.RackId is "" ? Invalid("The rack id is empty; leave it out.")
        : request.MemberId.Length == 0 && (request.RequiresMemberId || request.Epoch != MemberEpoch.Joining)
            ? Invalid("The member id is empty; in version 1 a member makes its id, and in version 0 it is told when it joins.")
        : null;

    private static HeartbeatResult? CheckJoin(HeartbeatRequest request) =>
        request.RebalanceTimeout is null ? Invalid("Whoever joins tells its rebalance time-out.")
        : request.Topics is null && request.Pattern is null ? Invalid("Whoever joins tells the topics that it subscribes to, by names or by a regular expression.")
        : request.Owned is not { Count: 0 } ? Invalid("Whoever joins has no partitions: give them up first, and say so by an empty list.")
        : null;

    private static HeartbeatResult? CheckSubscription(HeartbeatRequest request) =>
        request.Assignor is { } assignor && !Assignors.All.ContainsKey(assignor)
            ? HeartbeatResult.Refused(
                ErrorCode.UnsupportedAssignor, $"There is no assignor '{assignor}'. Choose one of {string.Join(", ", Assignors.All.Keys)}, or leave it out.")
        : SizeOf(request) > MaxMemberBytes ? Invalid($"What the member tells of itself takes {SizeOf(request)} bytes; {MaxMemberBytes} are kept at most.")
        : null;

    private static HeartbeatResult Invalid(string message) => HeartbeatResult.Refused(ErrorCode.InvalidRequest, message);

    private static long SizeOf(HeartbeatRequest request) =>
        SizeOf(request.MemberId) + SizeOf(request.InstanceId) + SizeOf(request.RackId) + (request.Topics ?? []).Sum(SizeOf);

    private static long SizeOf(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
