using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>What a member is assigned.</summary>
/// <param name="Error">Why it is not told.</param>
internal sealed record SyncResult(ErrorCode Error)
{
    public string? ProtocolType { get; init; }

    public string? ProtocolName { get; init; }

    public ReadOnlyMemory<byte> Assignment { get; init; }
}
