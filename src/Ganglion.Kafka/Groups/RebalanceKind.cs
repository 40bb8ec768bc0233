namespace Ganglion.Kafka.Groups;

internal enum RebalanceKind
{
    /// <summary>They have come.</summary>
    Assigned,

    /// <summary>They are to go, when the member has finished with them.</summary>
    Revoked,

    /// <summary>They are gone.</summary>
    Lost,
}
