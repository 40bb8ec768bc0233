namespace Ganglion.Brokers;

/// <summary>Where to begin reading a partition: a number, an end, or a moment.</summary>
public readonly record struct OffsetPosition
{
    private OffsetPosition(OffsetPositionKind kind, long offset = 0, DateTimeOffset time = default)
    {
        Kind = kind;
        Offset = offset;
        Time = time;
    }

    /// <summary>The oldest record that is still kept.</summary>
    public static OffsetPosition Earliest { get; } = new(OffsetPositionKind.Earliest);

    /// <summary>Behind the newest record that readers may see: only what comes from now on.</summary>
    public static OffsetPosition Latest { get; } = new(OffsetPositionKind.Latest);

    /// <summary>
    /// Behind the last record that is written, be it of a transaction whose end readers have not heard of yet. Whoever reads up to here misses nothing
    /// that is committed by now. A reader comes here when the transactions have ended that are open before it, at the latest when their
    /// time is over.
    /// </summary>
    public static OffsetPosition End { get; } = new(OffsetPositionKind.End);

    /// <summary>What is meant.</summary>
    public OffsetPositionKind Kind { get; }

    /// <summary>The offset, when <see cref="Kind"/> is <see cref="OffsetPositionKind.Offset"/>.</summary>
    public long Offset { get; }

    /// <summary>The moment, when <see cref="Kind"/> is <see cref="OffsetPositionKind.Time"/>.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The record of this offset, or the next one that is still kept.</summary>
    /// <param name="offset">The offset, from 0.</param>
    public static OffsetPosition At(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new(OffsetPositionKind.Offset, offset);
    }

    /// <summary>The first record whose timestamp is not before a moment; the end of the log if there is none.</summary>
    /// <param name="time">The moment, to the millisecond.</param>
    public static OffsetPosition Since(DateTimeOffset time) => new(OffsetPositionKind.Time, time: time);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        OffsetPositionKind.Earliest => "earliest",
        OffsetPositionKind.Latest => "latest",
        OffsetPositionKind.End => "end",
        OffsetPositionKind.Offset => $"offset {Offset}",
        _ => $"since {Time:O}",
    };
}
