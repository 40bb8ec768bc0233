using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>Heartbeat (12), versions 0–4: a member of a group is alive, and asks whether it is to join again. KIP-345.</summary>
internal sealed class HeartbeatApi(ListenerContext context) : ImmediateApi(ApiKey.Heartbeat, 0, 4, flexibleFrom: 4)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string groupId = body.ReadString();
        int generation = body.ReadInt32();
        var member = new MemberIdentity(body.ReadString(), request.Version >= 3 ? body.ReadNullableString() : null);
        body.SkipTags();

        if (request.Version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteError(context.Groups.Heartbeat(groupId, generation, member));
        response.WriteTags();
        return ValueTask.CompletedTask;
    }
}
