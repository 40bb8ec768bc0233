namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>A member joins, is alive, tells what it has or wants, or leaves. What is null is as it was in its last request.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="MemberId">The member; empty if it joins and is to be told its id.</param>
/// <param name="Epoch">The epoch that it is in, or one of <see cref="MemberEpoch"/>.</param>
/// <param name="InstanceId">The name that it keeps from one start to the next (KIP-345).</param>
/// <param name="ClientId">As it calls itself.</param>
/// <param name="ClientHost">Where it comes from.</param>
internal sealed record HeartbeatRequest(string GroupId, string MemberId, int Epoch, string? InstanceId, string ClientId, string ClientHost)
{
    /// <summary>Whether members make their ids themselves (KIP-1082).</summary>
    public bool RequiresMemberId { get; init; }

    /// <summary>Where it stands. It is shown, and nothing depends on it.</summary>
    public string? RackId { get; init; }

    /// <summary>How long others wait for it to give something up.</summary>
    public TimeSpan? RebalanceTimeout { get; init; }

    /// <summary>The names of the topics that it wants to read.</summary>
    public IReadOnlyList<string>? Topics { get; init; }

    /// <summary>The topics that it wants to read besides; empty: none.</summary>
    public string? Pattern { get; init; }

    /// <summary>How it wants partitions to be shared out.</summary>
    public string? Assignor { get; init; }

    /// <summary>What it has, and has not given up.</summary>
    public IReadOnlySet<TopicIdPartition>? Owned { get; init; }

    /// <summary>Whether it tells all there is to tell, as after an error: then it is told all, too.</summary>
    public bool IsFull => Epoch == MemberEpoch.Joining || (RebalanceTimeout is not null && (Topics ?? (object?)Pattern) is not null && Owned is not null);
}
