using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// SaslAuthenticate (36), versions 0–2: a client proves who it is, by the mechanism that it has chosen. KIP-152.
/// Deviations: nobody has to do it again (KIP-368).
/// </summary>
internal sealed class SaslAuthenticateApi() : ImmediateApi(ApiKey.SaslAuthenticate, 0, 2, flexibleFrom: 2)
{
    public override bool IsForAnybody => true;

    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> message = request.Body.ReadBytes();
        request.Body.SkipTags();

        (ErrorCode error, byte[] token) = await request.Session.ProveAsync(message, cancellationToken).ConfigureAwait(false);
        response.WriteError(error);
        response.WriteString(error switch
        {
            ErrorCode.None => null,
            ErrorCode.SaslAuthenticationFailed => "Authentication failed.",
            _ => "Nobody is asked who he is here, or now.",
        });
        response.WriteBytes(token);
        if (request.Version >= 1)
        {
            response.WriteInt64(0); // For how many milliseconds it holds: for ever.
        }

        response.WriteTags();
    }
}
