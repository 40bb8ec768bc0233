namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>Decides what is too old, or too much.</summary>
internal static class Retention
{
    /// <summary>Whether the oldest part of a log is to go.</summary>
    /// <param name="settings">The topic's settings, every property set.</param>
    /// <param name="maxTimestamp">The newest timestamp of that part.</param>
    /// <param name="bytesLeft">What the log would hold without it.</param>
    /// <param name="now">The time; milliseconds since the Unix epoch.</param>
    /// <remarks>What has no time, which is a negative one, and whose age is not known otherwise, is not too old.</remarks>
    public static bool IsExpired(TopicSettings settings, long maxTimestamp, long bytesLeft, long now) =>
        (settings.Retention is { } age && age != Timeout.InfiniteTimeSpan && maxTimestamp >= 0 && maxTimestamp < now - (long)age.TotalMilliseconds)
        || (settings.RetentionBytes is { } limit and >= 0 && bytesLeft >= limit);
}
