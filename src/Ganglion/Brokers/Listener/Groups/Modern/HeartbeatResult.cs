using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>What a member is told.</summary>
/// <param name="Error">Why it is refused.</param>
/// <param name="MemberId">Its id; null if it is refused.</param>
/// <param name="Epoch">The epoch that it is in from now on.</param>
internal sealed record HeartbeatResult(ErrorCode Error, string? MemberId, int Epoch)
{
    /// <summary>Why it is refused, and what to do about it.</summary>
    public string? Message { get; init; }

    /// <summary>What it may have: the rest it is to give up. Null: what it was told last.</summary>
    public IReadOnlyCollection<TopicIdPartition>? Assignment { get; init; }

    public static HeartbeatResult Refused(ErrorCode error, string message) => new(error, null, 0) { Message = message };
}
