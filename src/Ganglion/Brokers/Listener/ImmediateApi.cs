using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener;

/// <summary>A request that is answered before the next one of its connection is begun.</summary>
/// <inheritdoc cref="Api(ApiKey, short, short, short)"/>
internal abstract class ImmediateApi(ApiKey key, short minVersion, short maxVersion, short flexibleFrom)
    : Api(key, minVersion, maxVersion, flexibleFrom)
{
    /// <summary>Reads a request whole, does what it asks for, and writes the response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">Where the body of the response goes.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the response any more.</param>
    /// <exception cref="MalformedRequestException">The request cannot be understood.</exception>
    protected abstract ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken);

    public sealed override async ValueTask<BegunRequest> BeginAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        await HandleAsync(request, response, cancellationToken).ConfigureAwait(false);
        return BegunRequest.Responded;
    }
}
