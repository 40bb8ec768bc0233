namespace Ganglion.Runtime.Inputs;

/// <summary>A record that has been read and is not yet committed; an entry of <see cref="OffsetTracker"/>.</summary>
internal class TrackedOffset
{
    /// <summary>The record's offset.</summary>
    public long Offset { get; internal set; }

    /// <summary>Whether the record is finished, and goes with the next commit.</summary>
    internal bool IsFinished { get; set; }

    /// <summary>Behind the last committed record between this one and the next.</summary>
    internal long RunEnd { get; set; }

    internal TrackedOffset? Previous { get; set; }

    internal TrackedOffset? Next { get; set; }
}
