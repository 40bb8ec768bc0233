namespace Ganglion.Brokers.Listener.Security;

/// <summary>A client is not let in. Its connection is closed.</summary>
/// <param name="reason">Why; for the log, and never for the client.</param>
internal sealed class ClientRefusedException(string reason) : Exception(reason);
