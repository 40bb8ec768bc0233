using System.Globalization;

namespace MockKafka;

/// <summary>What can be asked of the cluster, a line each.</summary>
internal static class Commands
{
    /// <summary>Obeys a line.</summary>
    /// <returns><c>ok</c>, or <c>error</c> and the reason.</returns>
    public static string Obey(Cluster cluster, string line)
    {
        try
        {
            string? error = Run(cluster, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return error is null ? "ok" : $"error {error}";
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return $"error {exception.Message}";
        }
    }

    private static string? Run(Cluster cluster, string[] words) => words switch
    {
        ["create-topic", var topic, var partitions, var replication] => cluster.CreateTopic(topic, Int(partitions), Int(replication)),
        ["delete-topic", var topic] => cluster.DeleteTopic(topic),
        ["topic-error", var topic, var error] => cluster.SetTopicError(topic, Int(error)),
        ["down", var broker] => cluster.SetDown(Int(broker)),
        ["up", var broker] => cluster.SetUp(Int(broker)),
        ["latency", var broker, var milliseconds] => cluster.SetLatency(Int(broker), Int(milliseconds)),
        ["errors", var apiKey, .. { Length: > 0 } codes] => cluster.FailNext((short)Int(apiKey), [.. codes.Select(Int)]),
        ["partition-leader", var topic, var partition, var broker] => cluster.SetLeader(topic, Int(partition), Int(broker)),
        ["coordinator", var kind, var key, var broker] => cluster.SetCoordinator(kind, key, Int(broker)),
        ["rebalance-delay", var milliseconds] => cluster.SetRebalanceDelay(Int(milliseconds)),
        _ => $"unknown command: {string.Join(' ', words)}",
    };

    private static int Int(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
