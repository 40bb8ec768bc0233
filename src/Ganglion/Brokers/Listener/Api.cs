using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener;

/// <summary>One request of Kafka's protocol, in the versions that are served.</summary>
/// <param name="key">Which one.</param>
/// <param name="minVersion">The oldest version.</param>
/// <param name="maxVersion">The newest version.</param>
/// <param name="flexibleFrom">The first version with tagged fields (KIP-482).</param>
internal abstract class Api(ApiKey key, short minVersion, short maxVersion, short flexibleFrom)
{
    public ApiKey Key { get; } = key;

    public short MinVersion { get; } = minVersion;

    public short MaxVersion { get; } = maxVersion;

    /// <summary>Whether it is served before a client has proved who it is.</summary>
    public virtual bool IsForAnybody => false;

    public bool IsFlexible(short version) => version >= flexibleFrom;

    /// <summary>Whether the header of the response has tagged fields, as that of a flexible version has.</summary>
    public virtual bool HasFlexibleHeader(short version) => IsFlexible(version);

    /// <summary>Reads a request whole, and begins to do what it asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">Where the body of the response goes.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the response any more.</param>
    /// <returns>Completes as soon as the next request of the connection may be begun.</returns>
    /// <exception cref="MalformedRequestException">The request cannot be understood.</exception>
    public abstract ValueTask<BegunRequest> BeginAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken);
}
