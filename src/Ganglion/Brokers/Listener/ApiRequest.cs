using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener;

/// <summary>A request whose header has been read.</summary>
/// <param name="Version">The version that its body and its response have.</param>
/// <param name="ClientId">What the client calls itself; null if it does not say.</param>
/// <param name="ClientHost">Where it comes from.</param>
/// <param name="Body">The fields behind the header.</param>
internal sealed record ApiRequest(short Version, string? ClientId, string ClientHost, WireReader Body);
