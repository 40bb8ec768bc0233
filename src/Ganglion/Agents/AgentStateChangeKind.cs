namespace Ganglion.Agents;

/// <summary>What was done with the state of an instance.</summary>
public enum AgentStateChangeKind
{
    /// <summary>It was set as a whole.</summary>
    Set,

    /// <summary>It was changed.</summary>
    Changed,

    /// <summary>What the changes before it have made was written as a whole; the state is the same.</summary>
    Snapshot,

    /// <summary>It was cleared.</summary>
    Cleared,
}
