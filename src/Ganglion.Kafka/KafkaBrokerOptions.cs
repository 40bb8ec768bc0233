using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Kafka;

/// <summary>How a <see cref="KafkaBroker"/> reaches its cluster and behaves there.</summary>
public sealed record KafkaBrokerOptions
{
    /// <summary>Some of the cluster's addresses, <c>host:port</c> each, separated by commas. The others are learnt from them.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>
    /// Settings of the native client by librdkafka's own names, such as <c>security.protocol</c>. Those that have a property here, and those
    /// on which the guarantees rest, cannot be set by it.
    /// </summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a topic that does not exist is created when it is first written to or subscribed to. Default <see langword="true"/>.</summary>
    public bool AutoCreateTopics { get; init; } = true;

    /// <summary>
    /// After which a transaction that nobody has ended is aborted by the cluster: what a killed process has left open holds up readers of
    /// its topics for so long. Default 10 s; a commit that takes longer fails and is tried again.
    /// </summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an administrative request may take, and a commit until it is given up. Default 60 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where the broker and the native client log. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Creates topics where the cluster cannot be asked to; <see langword="null"/>: it is asked.</summary>
    internal Func<string, Brokers.TopicSettings, CancellationToken, Task>? CreateTopic { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
