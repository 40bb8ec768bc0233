namespace Ganglion.Kafka.Settings;

/// <summary>Settings of the native client that are not for users: the guarantees rest on them, or Ganglion has another name for them.</summary>
internal static class ReservedSettings
{
    private const string Groups = "which process has which partitions is decided by the topic that leads its group";
    private const string Offsets = "offsets are committed together with what was done";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["transaction.timeout.ms"] = $"set {KafkaSection.Name}:{nameof(KafkaBrokerOptions.TransactionTimeout)}",
        ["allow.auto.create.topics"] = $"set {KafkaSection.Name}:{nameof(KafkaBrokerOptions.AutoCreateTopics)}",
        ["client.id"] = "each client is named after the agent that uses it. Remove it",
        ["enable.idempotence"] = "without it records are lost, doubled or out of order. Remove it",
        ["acks"] = "what is acknowledged must be with all in-sync replicas. Remove it",
        ["delivery.report.only.error"] = "an append ends with the report of its success. Remove it",
        ["partitioner"] = "the partition of a key is where its instance and its state are. Remove it",
        ["transactional.id"] = "two producers of one id fence each other. Remove it",
        ["isolation.level"] = "what was aborted must not be read. Remove it",
        ["enable.auto.commit"] = $"{Offsets}. Remove it",
        ["enable.auto.offset.store"] = $"{Offsets}. Remove it",
        ["offset.store.method"] = $"{Offsets}. Remove it",
        ["auto.offset.reset"] = "an agent reads all there is from its beginning. Remove it",
        ["enable.partition.eof"] = "by it the runtime knows that all is read. Remove it",
        ["group.id"] = "each agent is a group of its own name. Remove it",
        ["group.instance.id"] = $"set {KafkaSection.Name}:Consumer:{nameof(KafkaConsumerOptions.InstanceId)}",
        ["group.protocol"] = $"{Groups}. Remove it",
        ["group.protocol.type"] = $"{Groups}. Remove it",
        ["group.remote.assignor"] = $"{Groups}. Remove it",
        ["partition.assignment.strategy"] = $"{Groups}. Remove it",
        ["enabled_events"] = "Confluent.Kafka needs it as it is. Remove it",
        ["log.queue"] = "Confluent.Kafka needs it as it is. Remove it",
    };

    /// <summary>Why a setting cannot be set, and what to do; <see langword="null"/> if it can.</summary>
    public static string? ReasonFor(string name) => Reasons.GetValueOrDefault(name);
}
