using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// DeleteGroups (42), versions 0–2: deletes groups that have no members, with their offsets. KIP-229.
/// Deviations: an empty group id is refused.
/// </summary>
internal sealed class DeleteGroupsApi(ListenerContext context) : ImmediateApi(ApiKey.DeleteGroups, 0, 2, flexibleFrom: 2)
{
    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<string> groups = body.ReadArray(static reader => reader.ReadString());
        body.SkipTags();

        var deleted = new List<(string GroupId, ErrorCode Error)>(groups.Count);
        foreach (string groupId in groups)
        {
            deleted.Add((groupId, await context.Groups.DeleteAsync(groupId, cancellationToken).ConfigureAwait(false)));
        }

        response.WriteInt32(0); // Throttle time.
        response.WriteArray(deleted, static (writer, group) =>
        {
            writer.WriteString(group.GroupId);
            writer.WriteError(group.Error);
            writer.WriteTags();
        });
        response.WriteTags();
    }
}
