using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>ListGroups (16), versions 0–4: all groups, those of agents too. KIP-518 (by state).</summary>
internal sealed class ListGroupsApi(ListenerContext context) : Api(ApiKey.ListGroups, 0, 4, flexibleFrom: 3)
{
    public override ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<string> states = request.Version >= 4 ? body.ReadArray(static reader => reader.ReadString()) : [];
        body.SkipTags();

        if (request.Version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteError(ErrorCode.None);
        GroupDescription[] groups = [.. context.Groups.List()
            .Where(group => states.Count == 0 || states.Contains(group.State.ToString(), StringComparer.OrdinalIgnoreCase))];
        response.WriteArray(groups, (writer, group) =>
        {
            writer.WriteString(group.GroupId);
            writer.WriteString(group.ProtocolType);
            if (request.Version >= 4)
            {
                writer.WriteString(group.State.ToString());
            }

            writer.WriteTags();
        });
        response.WriteTags();
        return new(true);
    }
}
