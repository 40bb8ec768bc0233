namespace Ganglion.Brokers.Listener;

/// <summary>A client holds up its connection: it does not send what it has begun to send, or does not take what it has asked for.</summary>
internal sealed class ClientStalledException(string message) : Exception(message);
