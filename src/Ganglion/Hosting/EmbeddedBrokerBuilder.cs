using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;

namespace Ganglion.Hosting;

/// <summary>
/// Sets up the embedded broker of a host. What code says counts for more than the configuration section <c>Ganglion:EmbeddedBroker</c>: a folder or an
/// address that is given is taken instead of the configured one, and options that are given are taken whole.
/// </summary>
public sealed class EmbeddedBrokerBuilder
{
    private readonly List<ListenerSetup> _listeners = [];

    internal EmbeddedBrokerBuilder()
    {
    }

    /// <summary>
    /// The data folder; it is made if it is not there. Default: as it is configured (<c>Ganglion:EmbeddedBroker:Folder</c>), or else <c>data</c> in
    /// the working folder. A volatile broker has none.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>
    /// How the broker keeps its log. The clock, the logging and the metrics are the host's, unless these name others, and how many partitions a topic
    /// gets is as it is configured (<c>Ganglion:EmbeddedBroker:Partitions</c>), unless <see cref="EmbeddedBrokerOptions.TopicDefaults"/> says it.
    /// </summary>
    public EmbeddedBrokerOptions Options { get; set; } = new();

    internal IReadOnlyList<ListenerSetup> Listeners => _listeners;

    /// <summary>
    /// Lets clients of Kafka, in any language, use the broker while the host runs: the topics, records, groups and offsets that the agents have.
    /// All but the address is as it is configured (<c>Ganglion:EmbeddedBroker:Listener</c>); where nothing is, nobody is asked who he is, and it
    /// listens on the loopback address. A broker may listen several times, at different addresses.
    /// </summary>
    /// <param name="endPoint">
    /// Where to listen: <c>address:port</c>, the address being an IP address or <c>localhost</c>. Default: as it is configured, or else port 9092 of
    /// the loopback address.
    /// </param>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <remarks>
    /// If anything is wrong with the configuration, or it cannot listen there, the host does not start:
    /// <see cref="EmbeddedBrokerSettingsException"/>, <see cref="ListenerException"/>.
    /// </remarks>
    public EmbeddedBrokerBuilder ListenForKafka(string? endPoint = null)
    {
        if (endPoint is null)
        {
            return ListenForKafka(static configured => configured);
        }

        return KafkaListenerRules.TryParseEndPoint(endPoint, out IPEndPoint? parsed)
            ? ListenForKafka(configured => configured with { EndPoint = parsed })
            : throw new ArgumentException($"'{endPoint}' is no address and port, such as 127.0.0.1:9092 or [::1]:9092.", nameof(endPoint));
    }

    /// <summary>Lets clients of Kafka use the broker while the host runs.</summary>
    /// <param name="configure">Changes what is configured, as in <c>options => options with { Sasl = … }</c>.</param>
    /// <inheritdoc cref="ListenForKafka(string?)" path="/remarks"/>
    public EmbeddedBrokerBuilder ListenForKafka(Func<KafkaListenerOptions, KafkaListenerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _listeners.Add(new ListenerSetup(configure, IsConfigured: true));
        return this;
    }

    /// <summary>Lets clients of Kafka use the broker while the host runs. The configuration of the listener is not looked at.</summary>
    /// <param name="options">Where to listen, and what clients may do. The logging is the host's, unless it names another.</param>
    /// <remarks>
    /// If an option is out of its range, or it cannot listen there, the host does not start: <see cref="EmbeddedBrokerSettingsException"/>,
    /// <see cref="ListenerException"/>.
    /// </remarks>
    public EmbeddedBrokerBuilder ListenForKafka(KafkaListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _listeners.Add(new ListenerSetup(_ => options, IsConfigured: false));
        return this;
    }
}
