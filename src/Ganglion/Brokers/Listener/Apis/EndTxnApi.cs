using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// EndTxn (26), versions 0–3: commits or aborts a transaction. KIP-98.
/// Deviations: the end is written at once, in one commit with the offsets, before the answer.
/// </summary>
internal sealed class EndTxnApi(ListenerContext context) : ImmediateApi(ApiKey.EndTxn, 0, 3, flexibleFrom: 3)
{
    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string transactionalId = body.ReadString();
        long producerId = body.ReadInt64();
        short epoch = body.ReadInt16();
        bool commits = body.ReadBoolean();
        body.SkipTags();

        ErrorCode error = ErrorCode.None;
        try
        {
            await context.Transactions.EndAsync(transactionalId, producerId, epoch, commits, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RefusedException or GanglionException)
        {
            error = Errors.CodeOf(exception);
        }

        response.WriteInt32(0); // Throttle time.
        response.WriteError(Errors.ForVersion(error, knowsProducerFenced: request.Version >= 2));
        response.WriteTags();
    }
}
