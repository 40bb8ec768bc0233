using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Security;

namespace Ganglion.Brokers.Listener;

/// <summary>A request whose header has been read.</summary>
/// <param name="Version">The version that its body and its response have.</param>
/// <param name="ClientId">What the client calls itself; null if it does not say.</param>
/// <param name="Session">Where it comes from, and who it is.</param>
/// <param name="Body">The fields behind the header.</param>
internal sealed record ApiRequest(short Version, string? ClientId, ClientSession Session, WireReader Body);
