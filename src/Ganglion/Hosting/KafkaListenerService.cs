using System.Net;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

/// <summary>Lets clients of Kafka use the host's broker as long as the host runs.</summary>
/// <param name="broker">The last broker that was chosen: it may be one that is not embedded, or has no listeners.</param>
/// <param name="settings">How the embedded broker is set up, if the last one is.</param>
/// <param name="loggers">The logging of the host.</param>
internal sealed partial class KafkaListenerService(IEventBroker broker, EmbeddedBrokerSettings? settings = null, ILoggerFactory? loggers = null)
    : IHostedService, IAsyncDisposable
{
    private readonly ILoggerFactory _loggers = loggers ?? NullLoggerFactory.Instance;
    private readonly List<KafkaListener> _listeners = [];

    /// <summary>Those that listen.</summary>
    public IReadOnlyList<KafkaListener> Listeners => _listeners;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (KafkaListenerOptions options in broker is EmbeddedBroker && settings is not null ? settings.Listeners : [])
        {
            KafkaListener listener = await KafkaListener.StartAsync((EmbeddedBroker)broker, WithLogging(options), cancellationToken).ConfigureAwait(false);
            _listeners.Add(listener);
            LogListening(_loggers.CreateLogger<KafkaListener>(), listener.EndPoint, listener.AdvertisedAddress, listener.SecurityProtocol);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync().ConfigureAwait(false);

    // Nobody stops a host that has not started.
    public async ValueTask DisposeAsync()
    {
        foreach (KafkaListener listener in _listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    private KafkaListenerOptions WithLogging(KafkaListenerOptions options) => options.LoggerFactory == NullLoggerFactory.Instance
        ? options with { LoggerFactory = _loggers }
        : options;

    [LoggerMessage(
        1039, LogLevel.Information,
        "Clients of Kafka are served at {EndPoint}, and told to connect to {AdvertisedAddress}, with security.protocol={SecurityProtocol}.")]
    private static partial void LogListening(ILogger logger, IPEndPoint endPoint, string advertisedAddress, string securityProtocol);
}
