using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Topics;

/// <summary>The topic that is to be created. What is left out takes the broker's default.</summary>
internal sealed record TopicRequest(string Name)
{
    public int? Partitions { get; init; }

    public short? ReplicationFactor { get; init; }

    public string? Cleanup { get; init; }

    public long? RetentionMs { get; init; }

    public long? RetentionBytes { get; init; }

    public int? SegmentBytes { get; init; }

    public int? MaxMessageBytes { get; init; }

    public long? DeleteRetentionMs { get; init; }

    public long? MinCompactionLagMs { get; init; }

    public TopicSettings ToSettings() => new()
    {
        Partitions = Partitions,
        ReplicationFactor = ReplicationFactor,
        Cleanup = Cleanup is null ? null : CleanupText.Parse(Cleanup),
        Retention = ToSpan("retentionMs", RetentionMs),
        RetentionBytes = RetentionBytes,
        SegmentBytes = SegmentBytes,
        MaxMessageBytes = MaxMessageBytes,
        DeleteRetention = ToSpan("deleteRetentionMs", DeleteRetentionMs),
        MinCompactionLag = ToSpan("minCompactionLagMs", MinCompactionLagMs),
    };

    private static TimeSpan? ToSpan(string name, long? milliseconds) => milliseconds switch
    {
        null => null,
        -1 => Timeout.InfiniteTimeSpan,
        < -1 or > long.MaxValue / TimeSpan.TicksPerMillisecond =>
            throw new ApiException("request-malformed", $"'{name}' must be -1 (for ever) or a number of milliseconds, not {milliseconds}."),
        { } value => TimeSpan.FromMilliseconds(value),
    };
}
