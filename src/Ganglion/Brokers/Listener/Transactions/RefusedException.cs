using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Transactions;

/// <summary>A producer may not do what it asks for.</summary>
internal sealed class RefusedException(ErrorCode error, string message) : Exception(message)
{
    /// <summary>What its client is told.</summary>
    public ErrorCode Error { get; } = error;
}
