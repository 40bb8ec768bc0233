namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>A member as its group knows it. Guarded by the coordinator's lock.</summary>
/// <param name="group">The group it has joined.</param>
/// <param name="id">Unique for ever.</param>
/// <param name="clientId">As it calls itself.</param>
/// <param name="topics">What it subscribes to at first.</param>
/// <param name="sessionTimeout">It is taken to be dead when it has not been heard of for this long.</param>
/// <param name="changed">Tells it to look at its assignment. Called under the coordinator's lock: only sets a signal.</param>
internal sealed class GroupMember(
    ConsumerGroup group, string id, string clientId, IReadOnlySet<string> topics, TimeSpan sessionTimeout, Action changed)
{
    public ConsumerGroup Group { get; } = group;

    public string Id { get; } = id;

    public string ClientId { get; } = clientId;

    public IReadOnlySet<string> Topics { get; set; } = topics;

    public TimeSpan SessionTimeout { get; } = sessionTimeout;

    /// <summary>A timestamp of the coordinator's clock.</summary>
    public long LastHeard { get; set; }

    /// <summary>The partitions it has, those included that it is to give back.</summary>
    public Dictionary<TopicPartition, PartitionOwnership> Owned { get; } = [];

    /// <summary>The partitions it is meant to have.</summary>
    public HashSet<TopicPartition> Target { get; } = [];

    /// <summary>Whether it has what it is meant to have.</summary>
    public bool IsSettled => Owned.Count == Target.Count && Target.All(Owned.ContainsKey);

    public void Notify() => changed();
}
