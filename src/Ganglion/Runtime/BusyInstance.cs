using Ganglion.Runtime.Scheduling;
using Ganglion.State;

namespace Ganglion.Runtime;

/// <summary>An instance that has events waiting or being handled. When it has none, only its state on the log is left.</summary>
internal sealed class BusyInstance(AgentPartition partition, string key)
{
    public AgentPartition Partition { get; } = partition;

    public string Key { get; } = key;

    /// <summary>The event whose turn it is; behind it, by <see cref="Invocation.NextOfInstance"/>, those that wait.</summary>
    public Invocation? First { get; set; }

    public Invocation? Last { get; set; }

    /// <summary>At which look of the watchdog its handler was called; 0: none was in this turn, if it has one.</summary>
    public int BeganAt { get; set; }

    /// <summary>The lane in which it has its turn; <see langword="null"/>: in none.</summary>
    public ReadyLane? Lane { get; set; }

    /// <summary>Whether <see cref="State"/> has been read.</summary>
    public bool IsRestored { get; set; }

    /// <summary>What the instance remembers, the effects of all finished events included.</summary>
    public StoredState? State { get; set; }
}
