using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// ListGroups (16), versions 0–5: all groups. KIP-518 (by state), KIP-848 (by type).
/// Deviations: groups of agents are of the classic type.
/// </summary>
internal sealed class ListGroupsApi(ListenerContext context) : ImmediateApi(ApiKey.ListGroups, 0, 5, flexibleFrom: 3)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<string> states = request.Version >= 4 ? body.ReadArray(static reader => reader.ReadString()) : [];
        List<string> types = request.Version >= 5 ? body.ReadArray(static reader => reader.ReadString()) : [];
        body.SkipTags();

        if (request.Version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteError(ErrorCode.None);
        GroupDescription[] groups = [.. context.Groups.List()
            .Where(group => IsAmong(states, group.State.ToString()) && IsAmong(types, group.Type.ToString()))];
        response.WriteArray(groups, (writer, group) =>
        {
            writer.WriteString(group.GroupId);
            writer.WriteString(group.ProtocolType);
            if (request.Version >= 4)
            {
                writer.WriteString(group.State.ToString());
            }

            if (request.Version >= 5)
            {
                writer.WriteString(group.Type.ToString().ToLowerInvariant());
            }

            writer.WriteTags();
        });
        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    // Whoever names none asks for all.
    private static bool IsAmong(List<string> names, string name) => names.Count == 0 || names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
