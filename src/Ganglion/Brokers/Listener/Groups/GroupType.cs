namespace Ganglion.Brokers.Listener.Groups;

/// <summary>By which protocol the members of a group share out partitions, with Kafka's names.</summary>
internal enum GroupType
{
    /// <summary>Their leader decides (KIP-62).</summary>
    Classic,

    /// <summary>The broker decides (KIP-848).</summary>
    Consumer,
}
