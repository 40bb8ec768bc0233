namespace Ganglion.Brokers.Listener.Security;

/// <summary>A client has not proved who it says it is.</summary>
/// <param name="reason">Why; for the log, and never for the client.</param>
internal sealed class SaslFailedException(string reason) : Exception(reason);
