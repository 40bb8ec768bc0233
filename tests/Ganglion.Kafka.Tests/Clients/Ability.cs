namespace Ganglion.Kafka.Tests.Clients;

/// <summary>What a client can do, as far as not every client can.</summary>
public enum Ability
{
    /// <summary>Write what comes twice once.</summary>
    Idempotence,

    /// <summary>Commit and abort transactions.</summary>
    Transactions,

    /// <summary>Pass over what was aborted.</summary>
    ReadingCommitted,

    /// <summary>Create topics.</summary>
    CreatingTopics,

    /// <summary>Show the settings of a topic.</summary>
    DescribingConfigs,

    /// <summary>Delete topics.</summary>
    DeletingTopics,

    /// <summary>List groups, and show who is in them.</summary>
    DescribingGroups,

    /// <summary>Delete groups.</summary>
    DeletingGroups,
}
