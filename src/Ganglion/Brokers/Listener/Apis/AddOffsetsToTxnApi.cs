using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>AddOffsetsToTxn (25), versions 0–3: tells of which group a transaction is going to commit offsets. KIP-98.</summary>
internal sealed class AddOffsetsToTxnApi(ListenerContext context) : ImmediateApi(ApiKey.AddOffsetsToTxn, 0, 3, flexibleFrom: 3)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string transactionalId = body.ReadString();
        long producerId = body.ReadInt64();
        short epoch = body.ReadInt16();
        string groupId = body.ReadString();
        body.SkipTags();

        ErrorCode error = ErrorCode.None;
        try
        {
            context.Transactions.AddGroup(transactionalId, producerId, epoch, groupId);
        }
        catch (RefusedException exception)
        {
            error = exception.Error;
        }

        response.WriteInt32(0); // Throttle time.
        response.WriteError(Errors.ForVersion(error, knowsProducerFenced: request.Version >= 2));
        response.WriteTags();
        return ValueTask.CompletedTask;
    }
}
