namespace Ganglion.Kafka;

/// <summary>How records are read, and groups belonged to (<c>Ganglion:Kafka:Consumer</c>).</summary>
public sealed record KafkaConsumerOptions
{
    /// <summary>
    /// After which a process that is not heard of is taken to be dead, and others get its partitions. It must lie between the cluster's
    /// <c>group.min.session.timeout.ms</c> and <c>group.max.session.timeout.ms</c>: 6 s and 30 min unless set otherwise. Default: what the consumer
    /// itself asks for; for an agent 45 s. <c>session.timeout.ms</c>
    /// </summary>
    public TimeSpan? SessionTimeout { get; init; }

    /// <summary>
    /// How often a process lets itself be heard: less than a third of <see cref="SessionTimeout"/>. Default: what the consumer itself asks for;
    /// for an agent 3 s, or less if the session asks for it. <c>heartbeat.interval.ms</c>
    /// </summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>
    /// A name of the process that stays when it is restarted, such as that of its pod: then a restart within <see cref="SessionTimeout"/> is
    /// no rebalance, and the process has the partitions again that it had. In turn nobody else gets them before that time is over, also if the
    /// process is stopped for good. No two processes may have the same. 1 to 249 characters of <c>a–z A–Z 0–9 . _ -</c>. Default: none.
    /// <c>group.instance.id</c>
    /// </summary>
    public string? InstanceId { get; init; }

    /// <summary>For how many bytes a broker waits before it answers, up to <see cref="FetchMaxWait"/>. Default 1. <c>fetch.min.bytes</c></summary>
    public int? FetchMinBytes { get; init; }

    /// <summary>
    /// How long a broker waits for <see cref="FetchMinBytes"/>. A partition that begins to be read may wait for so long, too. Default 100 ms; at
    /// most 5 min. <c>fetch.wait.max.ms</c>
    /// </summary>
    public TimeSpan? FetchMaxWait { get; init; }

    /// <summary>How many bytes a broker answers with at most; a larger batch comes nevertheless. Default 50 MiB. <c>fetch.max.bytes</c></summary>
    public int? FetchMaxBytes { get; init; }

    /// <summary>How many of these bytes are of one partition at most. Default 1 MiB. <c>max.partition.fetch.bytes</c></summary>
    public int? MaxPartitionFetchBytes { get; init; }
}
