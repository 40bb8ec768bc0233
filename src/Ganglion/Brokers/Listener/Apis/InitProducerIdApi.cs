using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// InitProducerId (22), versions 0–4: gives a producer its id, and fences whoever had it before. KIP-98, KIP-360.
/// Deviations: of 1,000 transactional ids and more, those that nobody has used for a day are forgotten.
/// </summary>
internal sealed class InitProducerIdApi(ListenerContext context) : ImmediateApi(ApiKey.InitProducerId, 0, 4, flexibleFrom: 2)
{
    private const short None = -1;

    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string? transactionalId = body.ReadNullableString();
        var timeout = TimeSpan.FromMilliseconds(body.ReadInt32());
        long knownId = request.Version >= 3 ? body.ReadInt64() : None;
        short knownEpoch = request.Version >= 3 ? body.ReadInt16() : None;
        body.SkipTags();

        (long producerId, short epoch, ErrorCode error) = ((long)None, None, ErrorCode.None);
        try
        {
            if ((knownId == None) != (knownEpoch == None))
            {
                throw new RefusedException(ErrorCode.InvalidRequest, "An id and an epoch go together.");
            }

            (long, short)? known = knownId == None ? null : (knownId, knownEpoch);
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
    }
}
