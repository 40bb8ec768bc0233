using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// LeaveGroup (13), versions 0–5: takes members out of a group, by their id or by the name that they keep. KIP-345, KIP-800 (the reason, which
/// is not kept).
/// </summary>
internal sealed class LeaveGroupApi(ListenerContext context) : ImmediateApi(ApiKey.LeaveGroup, 0, 5, flexibleFrom: 4)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        short version = request.Version;
        string groupId = body.ReadString();
        List<MemberIdentity> members = version >= 3
            ? body.ReadArray(reader => ReadMember(reader, version))
            : [new MemberIdentity(body.ReadString(), InstanceId: null)];
        body.SkipTags();

        IReadOnlyList<ErrorCode> errors = context.Groups.Leave(groupId, members);
        if (version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        if (version < 3)
        {
            response.WriteError(errors[0]);
        }
        else
        {
            response.WriteError(GroupLimits.CheckGroupId(groupId));
            response.WriteArray([.. members.Zip(errors)], static (writer, left) =>
            {
                writer.WriteString(left.First.MemberId);
                writer.WriteString(left.First.InstanceId);
                writer.WriteError(left.Second);
                writer.WriteTags();
            });
        }

        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static MemberIdentity ReadMember(WireReader reader, short version)
    {
        var member = new MemberIdentity(reader.ReadString(), reader.ReadNullableString());
        if (version >= 5)
        {
            reader.ReadNullableString(); // The reason.
        }

        reader.SkipTags();
        return member;
    }
}
