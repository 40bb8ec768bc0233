using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// SyncGroup (14), versions 0–5: takes the assignment of a group from its leader, and tells each member its part. KIP-345, KIP-559.
/// Deviations: the assignments of a group have 16 MiB at most, where Kafka has the size of a record.
/// </summary>
internal sealed class SyncGroupApi(ListenerContext context) : Api(ApiKey.SyncGroup, 0, 5, flexibleFrom: 4)
{
    private const short FirstVersionWithProtocol = 5;

    // As with JoinGroup: the member may have something to say while it waits.
    public override ValueTask<BegunRequest> BeginAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        SyncRequest sync = Read(request);
        bool lacksProtocol = request.Version >= FirstVersionWithProtocol && (sync.ProtocolType is null || sync.ProtocolName is null);
        Task<SyncResult> synced = lacksProtocol ? Task.FromResult(new SyncResult(ErrorCode.InconsistentGroupProtocol)) : context.Groups.Sync(sync);
        return new(new BegunRequest(AnswerAsync(request.Version, synced, response, cancellationToken)));
    }

    private static SyncRequest Read(ApiRequest request)
    {
        WireReader body = request.Body;
        string groupId = body.ReadString();
        int generation = body.ReadInt32();
        var member = new MemberIdentity(body.ReadString(), request.Version >= 3 ? body.ReadNullableString() : null);
        string? protocolType = request.Version >= FirstVersionWithProtocol ? body.ReadNullableString() : null;
        string? protocolName = request.Version >= FirstVersionWithProtocol ? body.ReadNullableString() : null;
        List<KeyValuePair<string, ReadOnlyMemory<byte>>> assignments = body.ReadArray(static reader =>
        {
            // A copy: the assignment outlives the request.
            KeyValuePair<string, ReadOnlyMemory<byte>> assignment = new(reader.ReadString(), reader.ReadBytes().ToArray());
            reader.SkipTags();
            return assignment;
        });
        body.SkipTags();
        return new SyncRequest(groupId, generation, member, protocolType, protocolName, assignments);
    }

    private static async Task<bool> AnswerAsync(short version, Task<SyncResult> synced, WireWriter response, CancellationToken cancellationToken)
    {
        SyncResult result = await synced.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteError(result.Error);
        if (version >= FirstVersionWithProtocol)
        {
            response.WriteString(result.ProtocolType);
            response.WriteString(result.ProtocolName);
        }

        response.WriteBytes(result.Assignment);
        response.WriteTags();
        return true;
    }
}
