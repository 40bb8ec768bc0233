namespace Ganglion.Brokers;

/// <summary>What becomes of the old records of a topic.</summary>
[Flags]
public enum CleanupPolicy
{
    /// <summary>Everything is kept for ever.</summary>
    None = 0,

    /// <summary>Whole segments are removed when they are too old, or the partition is too large.</summary>
    Delete = 1,

    /// <summary>Only the newest record of each key is kept; a record without a value removes its key.</summary>
    Compact = 2,
}
