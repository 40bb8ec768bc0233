using System.Globalization;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Requests;

internal sealed partial class ApiRequest
{
    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    ];

    /// <summary>A position from the query: <c>earliest</c>, <c>latest</c>, an offset, a moment, or how long ago.</summary>
    public OffsetPosition QueryPosition(string name, OffsetPosition fallback) =>
        Query(name) is { } text ? ParsePosition(name, text) : fallback;

    public OffsetPosition ParsePosition(string name, string text) => text switch
    {
        "earliest" => OffsetPosition.Earliest,
        "latest" => OffsetPosition.Latest,
        _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long offset) => OffsetPosition.At(offset),
        _ when Duration.TryParse(text, out TimeSpan ago) && ago <= Api.Time.GetUtcNow() - DateTimeOffset.UnixEpoch =>
            OffsetPosition.Since(Api.Time.GetUtcNow() - ago),
        _ when DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) => OffsetPosition.Since(time),
        _ => throw new ApiException(
            "parameter-invalid",
            $"'{name}' must be 'earliest', 'latest', an offset, a time (2026-01-31T12:00:00Z) or how long ago (10m), not '{text}'."),
    };

    /// <summary>
    /// The offset that a position means in each partition. Partitions are of different lengths: one that ends before the offset
    /// that is asked for begins at its end.
    /// </summary>
    /// <exception cref="OffsetOutOfRangeException">The offset lies behind the end of all of them.</exception>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, long>> FindOffsetsAsync(
        string topic, IReadOnlyCollection<PartitionDescription> partitions, OffsetPosition position)
    {
        long latest = partitions.Max(partition => partition.LatestOffset);
        if (position.Kind == OffsetPositionKind.Offset && position.Offset > latest)
        {
            throw new OffsetOutOfRangeException(
                "offset-out-of-range",
                partitions.Count == 1
                    ? $"Offset {position.Offset} lies behind the end of {topic}-{partitions.First().Partition}, which is {latest}."
                    : $"Offset {position.Offset} lies behind the end of every partition of '{topic}'; the longest ends at {latest}.");
        }

        var offsets = new Dictionary<TopicPartition, long>();
        foreach (PartitionDescription partition in partitions)
        {
            var id = new TopicPartition(topic, partition.Partition);
            offsets[id] = position.Kind == OffsetPositionKind.Offset
                ? Math.Clamp(position.Offset, partition.EarliestOffset, partition.LatestOffset)
                : await Broker.Topics.GetOffsetAsync(id, position, Aborted).ConfigureAwait(false);
        }

        return offsets;
    }
}
