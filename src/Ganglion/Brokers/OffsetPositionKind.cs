namespace Ganglion.Brokers;

/// <summary>The kinds of <see cref="OffsetPosition"/>.</summary>
public enum OffsetPositionKind
{
    /// <summary>The oldest record that is still kept.</summary>
    Earliest,

    /// <summary>Behind the newest record that readers may see.</summary>
    Latest,

    /// <summary>A given offset.</summary>
    Offset,

    /// <summary>The first record of a moment or later.</summary>
    Time,

    /// <summary>Behind the last record that is written, of transactions that are open, too.</summary>
    End,
}
