using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>InitProducerId (22), versions 0–4: gives a producer its id. KIP-98, KIP-360.</summary>
internal sealed class InitProducerIdApi(ListenerContext context) : Api(ApiKey.InitProducerId, 0, 4, flexibleFrom: 2)
{
    public override ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        _ = context;
        WireReader body = request.Body;
        string? transactionalId = body.ReadNullableString();
        body.ReadInt32();
        if (request.Version >= 3)
        {
            body.ReadInt64();
            body.ReadInt16();
        }

        body.SkipTags();
        response.WriteInt32(0); // Throttle time.
        response.WriteError(transactionalId is null ? ErrorCode.None : ErrorCode.CoordinatorNotAvailable);
        response.WriteInt64(transactionalId is null ? Random.Shared.NextInt64() : -1);
        response.WriteInt16((short)(transactionalId is null ? 0 : -1));
        response.WriteTags();
        return new(true);
    }
}
