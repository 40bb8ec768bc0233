using System.Globalization;

namespace Ganglion.Brokers;

/// <summary>
/// The settings of topics that Kafka has and an embedded broker has no use for (Kafka documentation, section 3.2 "Topic Configs", and those that
/// Kafka 4 has dropped). Programs give them to the topics that they create, Kafka Streams for one: values that Kafka takes are taken, and not kept.
/// </summary>
internal static class UnusedTopicConfiguration
{
    private static readonly Dictionary<string, Predicate<string>> Settings = new(StringComparer.Ordinal)
    {
        ["compression.gzip.level"] = IsBetween(-1, 9),
        ["compression.lz4.level"] = IsBetween(1, 17),
        ["compression.type"] = IsOneOf("producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"), // Batches stay as they came.
        ["compression.zstd.level"] = IsBetween(-131_072, 22),
        ["file.delete.delay.ms"] = IsLong(0),
        ["flush.messages"] = IsLong(1),
        ["flush.ms"] = IsLong(0),
        ["follower.replication.throttled.replicas"] = static _ => true,
        ["index.interval.bytes"] = IsInt(0),
        ["leader.replication.throttled.replicas"] = static _ => true,
        ["local.retention.bytes"] = IsLong(-2),
        ["local.retention.ms"] = IsLong(-2),
        ["max.compaction.lag.ms"] = IsLong(1),
        ["message.downconversion.enable"] = IsBoolean,
        ["message.format.version"] = static _ => true,
        ["message.timestamp.after.max.ms"] = IsLong(0),
        ["message.timestamp.before.max.ms"] = IsLong(0),
        ["message.timestamp.difference.max.ms"] = IsLong(0),
        ["message.timestamp.type"] = IsOneOf("CreateTime"),
        ["min.cleanable.dirty.ratio"] = IsRatio,
        ["min.insync.replicas"] = IsInt(1),
        ["preallocate"] = IsBoolean,
        ["remote.log.copy.disable"] = IsBoolean,
        ["remote.log.delete.on.disable"] = IsBoolean,
        ["remote.storage.enable"] = IsOneOf("false"),
        ["segment.index.bytes"] = IsInt(4),
        ["segment.jitter.ms"] = IsLong(0),
        ["segment.ms"] = IsLong(1),
        ["unclean.leader.election.enable"] = IsBoolean,
    };

    /// <summary>Whether it is one of them.</summary>
    public static bool IsKnown(string name) => Settings.ContainsKey(name);

    /// <summary>Whether it is one of them, and can have a value.</summary>
    public static bool Takes(string name, string value) => Settings.TryGetValue(name, out Predicate<string>? isValue) && isValue(value.Trim());

    /// <summary>Why one of them cannot have each value that Kafka has for it, to be said behind that it cannot; empty if it can.</summary>
    public static string ReasonOf(string name) => name switch
    {
        "message.timestamp.type" => ": records have the time of their producer (CreateTime), for the broker gives them none",
        "remote.storage.enable" => ": there is no tiered storage, as on a Kafka that was set up without",
        _ => "",
    };

    private static Predicate<string> IsInt(int lowest) => IsBetween(lowest, int.MaxValue);

    private static Predicate<string> IsLong(long lowest) => IsBetween(lowest, long.MaxValue);

    private static Predicate<string> IsBetween(long lowest, long highest) => value =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= lowest && number <= highest;

    private static Predicate<string> IsOneOf(params string[] values) => value => values.Contains(value);

    private static bool IsBoolean(string value) => bool.TryParse(value, out _);

    private static bool IsRatio(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double ratio) && ratio is >= 0 and <= 1;
}
