namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>A member as its group knows it. Guarded by the coordinator's lock.</summary>
/// <param name="id">Its id.</param>
/// <param name="instanceId">The name that it keeps from one start to the next; null if it has none.</param>
internal sealed class ModernMember(string id, string? instanceId)
{
    /// <summary>Its id. A member that comes back under its name has another one.</summary>
    public string Id { get; set; } = id;

    public string? InstanceId { get; } = instanceId;

    public string ClientId { get; private set; } = "";

    public string ClientHost { get; private set; } = "";

    public string? RackId { get; private set; }

    public string? Assignor { get; private set; }

    /// <summary>How long others wait for it to give something up.</summary>
    public TimeSpan RebalanceTimeout { get; private set; }

    /// <summary>The names of the topics that it subscribes to.</summary>
    public IReadOnlySet<string> Topics { get; private set; } = new HashSet<string>();

    /// <summary>The topics that it subscribes to besides; null: none.</summary>
    public TopicPattern? Pattern { get; private set; }

    /// <summary>The last of the group's decisions that it has followed, or is about to; or one of <see cref="MemberEpoch"/>.</summary>
    public int Epoch { get; private set; }

    /// <summary>The one before. It may have missed the answer that told it of the newer one.</summary>
    public int PreviousEpoch { get; private set; }

    /// <summary>What it is meant to have.</summary>
    public HashSet<TopicIdPartition> Target { get; set; } = [];

    /// <summary>What it may have.</summary>
    public HashSet<TopicIdPartition> Assigned { get; set; } = [];

    /// <summary>What it is to give up, and has not said that it has.</summary>
    public HashSet<TopicIdPartition> Revoked { get; set; } = [];

    /// <summary>Whether it has said that it has all that it may have, and nothing else.</summary>
    public bool HasAll { get; set; }

    /// <summary>Whether others still have something that it is meant to have.</summary>
    public bool AwaitsOthers { get; set; }

    /// <summary>When it is overdue, by the clock's timestamps.</summary>
    public long SessionDeadline { get; set; } = GroupClock.Never;

    /// <summary>When others have waited for it long enough.</summary>
    public long RebalanceDeadline { get; set; } = GroupClock.Never;

    /// <summary>Whether it has left for a while.</summary>
    public bool IsAway => Epoch == MemberEpoch.LeavingForAWhile;

    public bool Subscribes(string topic) => Topics.Contains(topic) || Pattern?.Matches(topic) == true;

    /// <summary>Whether it has all that it is meant to have, and nothing else.</summary>
    public bool IsSettled(int epoch) => Epoch == epoch && !AwaitsOthers && Revoked.Count == 0;

    /// <summary>Takes over what it tells of itself.</summary>
    /// <param name="request">What it tells.</param>
    /// <param name="pattern">What its expression means, if it tells one that is not empty.</param>
    /// <returns>Whether it subscribes to other topics than before.</returns>
    public bool Update(HeartbeatRequest request, TopicPattern? pattern)
    {
        ClientId = request.ClientId;
        ClientHost = request.ClientHost;
        RackId = request.RackId ?? RackId;
        Assignor = request.Assignor ?? Assignor;
        RebalanceTimeout = request.RebalanceTimeout ?? RebalanceTimeout;
        bool hasNewTopics = request.Topics is { } topics && !Topics.SetEquals(topics);
        if (hasNewTopics)
        {
            Topics = request.Topics!.ToHashSet(StringComparer.Ordinal);
        }

        bool hasNewPattern = request.Pattern is not null && pattern?.Text != Pattern?.Text;
        if (hasNewPattern)
        {
            Pattern = pattern;
        }

        return hasNewTopics || hasNewPattern;
    }

    public void MoveTo(int epoch)
    {
        if (epoch != Epoch)
        {
            PreviousEpoch = Epoch;
            Epoch = epoch;
        }
    }

    /// <summary>It is at the beginning again: what it may have it is told anew.</summary>
    public void StartOver() => Epoch = PreviousEpoch = MemberEpoch.Joining;

    /// <summary>Whether it may be in an epoch: in its own, or in the one before if it has not heard of the newer one.</summary>
    /// <param name="epoch">The epoch that it claims to be in.</param>
    /// <param name="owned">What it claims to have; null if it does not say.</param>
    public bool MayBeIn(int epoch, IReadOnlySet<TopicIdPartition>? owned) =>
        epoch == Epoch || (epoch == PreviousEpoch && !IsAway && (owned is null || Assigned.IsSupersetOf(owned)));
}
