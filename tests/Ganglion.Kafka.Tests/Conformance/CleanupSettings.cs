using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Ganglion.Kafka.Tests.Conformance;

/// <summary>How often a cluster looks for records that are too old, too many, or superseded.</summary>
internal static class CleanupSettings
{
    // Kafka's default, for a cluster that does not tell.
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(5);

    /// <summary>The longest of what its brokers are set up with (<c>log.retention.check.interval.ms</c>, <c>log.cleaner.backoff.ms</c>), twice for the latter.</summary>
    public static async Task<TimeSpan> AskAsync(string servers)
    {
        using IAdminClient client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).SetLogHandler(static (_, _) => { }).Build();
        DescribeClusterResult cluster = await client.DescribeClusterAsync();
        try
        {
            List<DescribeConfigsResult> brokers = await client.DescribeConfigsAsync(
                cluster.Nodes.Select(node => new ConfigResource { Type = ResourceType.Broker, Name = node.Id.ToString(CultureInfo.InvariantCulture) }));
            return brokers.Max(broker => Of(broker.Entries.GetValueOrDefault("log.retention.check.interval.ms")?.Value, broker.Entries.GetValueOrDefault("log.cleaner.backoff.ms")?.Value));
        }
        catch (Confluent.Kafka.KafkaException)
        {
            return DefaultInterval;
        }
    }

    /// <summary>From two values in milliseconds, either of which may not be told.</summary>
    public static TimeSpan Of(string? retention, string? compaction)
    {
        if (!long.TryParse(retention, CultureInfo.InvariantCulture, out long interval) || !long.TryParse(compaction, CultureInfo.InvariantCulture, out long pause))
        {
            return DefaultInterval;
        }

        return TimeSpan.FromMilliseconds(Math.Max(interval, 2 * pause));
    }
}
