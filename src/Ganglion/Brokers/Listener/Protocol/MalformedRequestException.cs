namespace Ganglion.Brokers.Listener.Protocol;

/// <summary>The bytes are no request of Kafka's protocol. What follows them cannot be understood either: the connection is closed.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);
