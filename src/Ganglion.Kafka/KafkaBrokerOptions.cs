using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Kafka;

/// <summary>
/// How a <see cref="KafkaBroker"/> reaches its cluster and behaves there. Each property can be set in the configuration section
/// <c>Ganglion:Kafka</c>, too: see <see cref="GanglionBuilderKafkaExtensions"/> for which of both counts.
/// </summary>
/// <remarks>All of it is checked when the broker is opened, and every fault is told at once: <see cref="KafkaSettingsException"/>.</remarks>
public sealed record KafkaBrokerOptions
{
    /// <summary>
    /// Some of the cluster's addresses, <c>host:port</c> each, separated by commas. The others are learnt from them. Must be set.
    /// <c>bootstrap.servers</c>
    /// </summary>
    public string BootstrapServers { get; init; } = "";

    /// <summary>
    /// How the cluster is talked to. Default: as the rest demands, <see cref="KafkaSecurityProtocol.SaslSsl"/> where <see cref="Sasl"/> is set,
    /// else <see cref="KafkaSecurityProtocol.Ssl"/> where <see cref="Tls"/> is, else <see cref="KafkaSecurityProtocol.Plaintext"/>. So no
    /// password goes in the open unless that is asked for. <c>security.protocol</c>
    /// </summary>
    public KafkaSecurityProtocol? SecurityProtocol { get; init; }

    /// <summary>Who the client is. Default: nobody.</summary>
    public KafkaSaslOptions Sasl { get; init; } = new();

    /// <summary>How the cluster is trusted, and the client's own certificate. Default: what the system trusts, and none.</summary>
    public KafkaTlsOptions Tls { get; init; } = new();

    /// <summary>How records are sent.</summary>
    public KafkaProducerOptions Producer { get; init; } = new();

    /// <summary>How records are read, and groups belonged to.</summary>
    public KafkaConsumerOptions Consumer { get; init; } = new();

    /// <summary>
    /// Any setting of the native client by librdkafka's own name, such as <c>socket.keepalive.enable</c>; <c>_</c> stands for <c>.</c> where
    /// names of variables can have no dot. What has a property here may be set by either, but not to different values. The few on which the
    /// guarantees rest, such as <c>enable.idempotence</c>, are refused.
    /// </summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a topic that does not exist is created when it is first written to or subscribed to. Default <see langword="true"/>.</summary>
    public bool AutoCreateTopics { get; init; } = true;

    /// <summary>
    /// How many copies of its partitions a topic has that is created here and says nothing else; clamped to the number of brokers, with a
    /// warning. Default <see langword="null"/>: as the cluster has it (<c>default.replication.factor</c>).
    /// </summary>
    public int? ReplicationFactor { get; init; }

    /// <summary>
    /// How many copies must have a record before it counts as written, of topics that are created here; never more than they have copies.
    /// With three copies, 2 outlives the loss of a broker at any moment. More than 1 needs <see cref="ReplicationFactor"/>. Default <see langword="null"/>: as the cluster has it
    /// (<c>min.insync.replicas</c>).
    /// </summary>
    public int? MinInSyncReplicas { get; init; }

    /// <summary>
    /// After which a transaction that nobody has ended is aborted by the cluster: what a killed process has left open holds up readers of
    /// its topics for so long. Default 10 s; 1 s to what the cluster allows (<c>transaction.max.timeout.ms</c>, 15 min unless set otherwise). A
    /// commit that takes longer fails and is tried again. <c>transaction.timeout.ms</c>
    /// </summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long what is asked about topics and groups may take, all attempts together, and a commit until it is given up. Default 60 s; at most
    /// 24 days.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where the broker and the native client log. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Creates topics where the cluster cannot be asked to; <see langword="null"/>: it is asked.</summary>
    internal Func<string, Brokers.TopicSettings, CancellationToken, Task>? CreateTopic { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
