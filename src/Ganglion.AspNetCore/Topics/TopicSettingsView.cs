using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Topics;

/// <summary>The settings of a topic, with Kafka's names, units and words.</summary>
internal sealed record TopicSettingsView(
    short? ReplicationFactor = null,
    string? Cleanup = null,
    long? RetentionMs = null,
    long? RetentionBytes = null,
    int? SegmentBytes = null,
    int? MaxMessageBytes = null,
    long? DeleteRetentionMs = null,
    long? MinCompactionLagMs = null)
{
    public static TopicSettingsView Of(TopicSettings settings) => new(
        settings.ReplicationFactor,
        settings.Cleanup is { } cleanup ? CleanupText.Format(cleanup) : null,
        ToMilliseconds(settings.Retention),
        settings.RetentionBytes,
        settings.SegmentBytes,
        settings.MaxMessageBytes,
        ToMilliseconds(settings.DeleteRetention),
        ToMilliseconds(settings.MinCompactionLag));

    // Timeout.InfiniteTimeSpan is -1 ms, which is Kafka's word for it, too.
    private static long? ToMilliseconds(TimeSpan? span) => span is { } value ? (long)value.TotalMilliseconds : null;
}
