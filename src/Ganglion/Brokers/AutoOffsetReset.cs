namespace Ganglion.Brokers;

/// <summary>Where a group begins in a partition for which it has no usable committed offset.</summary>
public enum AutoOffsetReset
{
    /// <summary>At the oldest record.</summary>
    Earliest,

    /// <summary>Behind the newest record.</summary>
    Latest,
}
