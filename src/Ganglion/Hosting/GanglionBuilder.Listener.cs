using System.Globalization;
using System.Net;
using Ganglion.Brokers;
using Ganglion.Brokers.Listener;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

// Clients of Kafka.
public sealed partial class GanglionBuilder
{
    /// <summary>
    /// Lets clients of Kafka, in any language, use the embedded broker while the host runs: the topics, records, groups and offsets that the
    /// agents have. Nobody is asked who he is, so it listens on the loopback address unless another is named.
    /// </summary>
    /// <param name="endPoint">Where to listen: <c>address:port</c>, the address being an IP address or <c>localhost</c>.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <remarks>If it cannot listen there, the host does not start: <see cref="ListenerException"/>.</remarks>
    public GanglionBuilder ListenForKafka(string endPoint = "127.0.0.1:9092")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(endPoint);
        int colon = endPoint.LastIndexOf(':');
        string host = endPoint[..Math.Max(colon, 0)];
        return IPAddress.TryParse(host is "localhost" ? "127.0.0.1" : host, out IPAddress? address)
            && ushort.TryParse(endPoint.AsSpan(colon + 1), CultureInfo.InvariantCulture, out ushort port)
            ? ListenForKafka(new KafkaListenerOptions { EndPoint = new IPEndPoint(address, port) })
            : throw new ArgumentException($"'{endPoint}' is no address and port, such as 127.0.0.1:9092 or [::1]:9092.", nameof(endPoint));
    }

    /// <summary>Lets clients of Kafka use the embedded broker while the host runs.</summary>
    /// <param name="options">Where to listen, and what clients may do. The logging is the host's, unless it names another.</param>
    /// <exception cref="ArgumentException">An option is out of its range; all faults in one message.</exception>
    /// <remarks>If it cannot listen there, or the broker is none that can, the host does not start: <see cref="ListenerException"/>.</remarks>
    public GanglionBuilder ListenForKafka(KafkaListenerOptions options)
    {
        KafkaListenerRules.Check(options);
        Services.AddSingleton<IHostedService>(services => new KafkaListenerService(
            services.GetRequiredService<IEventBroker>(),
            options.LoggerFactory == NullLoggerFactory.Instance
                ? options with { LoggerFactory = services.GetService<ILoggerFactory>() ?? options.LoggerFactory }
                : options));
        return this;
    }
}
