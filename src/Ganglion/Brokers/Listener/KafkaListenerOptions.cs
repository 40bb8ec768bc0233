using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Brokers.Listener;

/// <summary>Where an embedded broker listens for clients of Kafka, and what they may do.</summary>
public sealed record KafkaListenerOptions
{
    /// <summary>Where it listens. Default: port 9092 of the loopback address. Port 0: any that is free.</summary>
    public IPEndPoint EndPoint { get; init; } = new(IPAddress.Loopback, 9092);

    /// <summary>
    /// What clients are told to connect to, <c>host:port</c>. Default: where it listens, or this machine's name if it listens on all addresses.
    /// </summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>How clients are spoken to over TLS. Default: not at all; whoever is on the way can read along.</summary>
    public KafkaListenerTlsOptions? Tls { get; init; }

    /// <summary>How clients prove who they are. Default: they need not; whoever reaches the listener can read and write everything.</summary>
    public KafkaListenerSaslOptions? Sasl { get; init; }

    /// <summary>
    /// How long a client may take until it is let in, where there is <see cref="Tls"/> or <see cref="Sasl"/>; then it is disconnected. Default 30 s.
    /// </summary>
    public TimeSpan AuthenticationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest request that is read, in bytes; whoever sends a larger one is disconnected. Default 100 MiB, as on Kafka.</summary>
    public int MaxRequestBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>
    /// The most connections at a time; further ones are closed at once, and the log says when that begins. Where there is <see cref="Tls"/> or
    /// <see cref="Sasl"/>, a tenth of them at most (one at least) are of clients that are not let in yet: a further one takes the place of that which
    /// has taken longest. Default 10,000.
    /// </summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>
    /// After which a connection is closed on which nothing is sent, or the rest of a request does not come, or an answer is not taken. Default 10 min,
    /// as on Kafka.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long the first member of a group waits for others, so that those that start together are spared a rebalance each. If any comes
    /// meanwhile it waits as long again, until the rebalance time-out. Default 100 ms; on Kafka it is 3 s.
    /// </summary>
    public TimeSpan InitialRebalanceDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// After which a member of a group is taken out that is not heard of, where members follow KIP-848 (<c>group.protocol=consumer</c>); others say so
    /// themselves. Default 45 s, as on Kafka.
    /// </summary>
    public TimeSpan GroupSessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// How often members of such groups say that they are alive, and learn what they may read: the shorter, the sooner partitions change hands. Default
    /// 1 s; on Kafka it is 5 s.
    /// </summary>
    public TimeSpan GroupHeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where the listener logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
