using System.Text;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>What a member may ask for. Session time-outs begin lower than on Kafka (6 s), so that tests need not wait.</summary>
internal static class GroupLimits
{
    /// <summary>The most members of a group, counting those that are about to join. Bounds memory.</summary>
    public const int MaxMembers = 10_000;

    /// <summary>The most members of a group that the broker assigns partitions to: with each that comes it looks at all of them.</summary>
    public const int MaxModernMembers = 1_000;

    private const int MaxGroupIdLength = 249;
    private const int MaxProtocols = 100;

    // On Kafka it is the size of a record: it keeps members in a topic.
    private const int MaxMemberBytes = 1024 * 1024;
    private const int MaxAssignmentBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan MinSession = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxSession = TimeSpan.FromMinutes(30);

    public static ErrorCode CheckGroupId(string groupId) =>
        groupId.Length is > 0 and <= MaxGroupIdLength ? ErrorCode.None : ErrorCode.InvalidGroupId;

    public static ErrorCode Check(JoinRequest request)
    {
        if (CheckGroupId(request.GroupId) is not ErrorCode.None and var error)
        {
            return error;
        }

        if (request.SessionTimeout < MinSession || request.SessionTimeout > MaxSession)
        {
            return ErrorCode.InvalidSessionTimeout;
        }

        return request.Protocols.Count <= MaxProtocols && SizeOf(request) <= MaxMemberBytes ? ErrorCode.None : ErrorCode.InvalidRequest;
    }

    public static ErrorCode Check(SyncRequest request) =>
        CheckGroupId(request.GroupId) is not ErrorCode.None and var error ? error
        : request.Assignments.Sum(assignment => (long)assignment.Value.Length) > MaxAssignmentBytes ? ErrorCode.InvalidRequest
        : ErrorCode.None;

    private static long SizeOf(JoinRequest request) =>
        SizeOf(request.ProtocolType)
        + SizeOf(request.InstanceId ?? "")
        + request.Protocols.Sum(protocol => SizeOf(protocol.Name) + protocol.Metadata.Length);

    private static long SizeOf(string text) => Encoding.UTF8.GetByteCount(text);
}
