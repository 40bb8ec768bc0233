using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>InitProducerId (22), versions 0–4: gives a producer its id, and fences whoever had it before. KIP-98, KIP-360.</summary>
internal sealed class InitProducerIdApi(ListenerContext context) : Api(ApiKey.InitProducerId, 0, 4, flexibleFrom: 2)
{
    public override async ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string? transactionalId = body.ReadNullableString();
        var timeout = TimeSpan.FromMilliseconds(body.ReadInt32());
        (long ProducerId, short Epoch)? known = null;
        if (request.Version >= 3 && (body.ReadInt64(), body.ReadInt16()) is { Item1: >= 0 } claimed)
        {
            known = claimed;
        }

        body.SkipTags();

        (long producerId, short epoch, ErrorCode error) = (-1L, (short)-1, ErrorCode.None);
        try
        {
            (producerId, epoch) = await context.Transactions.InitializeAsync(transactionalId, timeout, known, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RefusedException or GanglionException)
        {
            error = Errors.CodeOf(exception);
        }

        response.WriteInt32(0); // Throttle time.
        response.WriteError(Errors.ForVersion(error, knowsProducerFenced: request.Version >= 4));
        response.WriteInt64(producerId);
        response.WriteInt16(epoch);
        response.WriteTags();
        return true;
    }
}
