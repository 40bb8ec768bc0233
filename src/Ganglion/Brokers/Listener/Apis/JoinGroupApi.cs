using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// JoinGroup (11), versions 0–9: makes somebody a member of a group, and begins a rebalance. KIP-62 (rebalance time-out), KIP-345 (static
/// members), KIP-394 (new members are told their id first), KIP-559, KIP-800 (the reason, which is not kept), KIP-814.
/// Deviations: session time-outs of 1 s to 30 min are allowed; members and generations end with the broker's process, and whoever was a
/// member then joins anew; a group has 10,000 members at most, its id 249 characters, and a member 100 protocols with 1 MiB of metadata; who waits
/// to join for the first time and disconnects is taken out at once.
/// </summary>
internal sealed class JoinGroupApi(ListenerContext context) : Api(ApiKey.JoinGroup, 0, 9, flexibleFrom: 6)
{
    // The next request may be that the member leaves: it must not wait until the others have joined.
    public override ValueTask<BegunRequest> BeginAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        JoinRequest join = Read(request);
        return new(new BegunRequest(AnswerAsync(request.Version, join, context.Groups.Join(join), response, cancellationToken)));
    }

    private static JoinRequest Read(ApiRequest request)
    {
        WireReader body = request.Body;
        short version = request.Version;
        string groupId = body.ReadString();
        var session = TimeSpan.FromMilliseconds(body.ReadInt32());
        TimeSpan rebalance = version >= 1 ? TimeSpan.FromMilliseconds(body.ReadInt32()) : session;
        string memberId = body.ReadString();
        string? instanceId = version >= 5 ? body.ReadNullableString() : null;
        string protocolType = body.ReadString();
        List<GroupProtocol> protocols = body.ReadArray(ReadProtocol);
        if (version >= 8)
        {
            body.ReadNullableString(); // The reason.
        }

        body.SkipTags();
        return new JoinRequest(
            groupId,
            memberId,
            instanceId,
            request.ClientId ?? "",
            request.Session.Host,
            session,
            rebalance > TimeSpan.Zero ? rebalance : session,
            protocolType,
            protocols)
        {
            RequiresMemberId = version >= 4,
            SkipsAssignment = version >= 9,
        };
    }

    private static GroupProtocol ReadProtocol(WireReader reader)
    {
        // A copy: the member outlives its request, which may be larger.
        var protocol = new GroupProtocol(reader.ReadString(), reader.ReadBytes().ToArray());
        reader.SkipTags();
        return protocol;
    }

    private async Task<bool> AnswerAsync(
        short version, JoinRequest join, Task<JoinResult> joined, WireWriter response, CancellationToken cancellationToken)
    {
        try
        {
            Write(response, version, await joined.WaitAsync(cancellationToken).ConfigureAwait(false));
            return true;
        }
        catch (OperationCanceledException)
        {
            context.Groups.Abandon(join.GroupId, joined);
            throw;
        }
    }

    private static void Write(WireWriter response, short version, JoinResult result)
    {
        if (version >= 2)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteError(result.Error);
        response.WriteInt32(result.Generation);
        if (version >= 7)
        {
            response.WriteString(result.ProtocolType);
        }

        response.WriteString(version >= 7 ? result.ProtocolName : result.ProtocolName ?? "");
        response.WriteString(result.Leader);
        if (version >= 9)
        {
            response.WriteBoolean(result.SkipsAssignment);
        }

        response.WriteString(result.MemberId);
        response.WriteArray(result.Members, (writer, member) =>
        {
            writer.WriteString(member.MemberId);
            if (version >= 5)
            {
                writer.WriteString(member.InstanceId);
            }

            writer.WriteBytes(member.Metadata);
            writer.WriteTags();
        });
        response.WriteTags();
    }
}
