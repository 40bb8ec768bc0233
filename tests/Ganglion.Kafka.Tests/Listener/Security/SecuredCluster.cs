using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Tests.Connecting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Kafka.Tests.Listener.Security;

/// <summary>An embedded broker whose listener lets in whom its options say, and who signs certificates for it.</summary>
internal sealed class SecuredCluster : IAsyncDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private readonly LineLog _log = new();
    private readonly LoggerFactory _loggers;
    private KafkaListener _listener = null!;

    private SecuredCluster() => _loggers = new LoggerFactory([_log]);

    /// <summary>Who signs for the broker, and for clients.</summary>
    public Authority Authority { get; } = new();

    /// <summary>Where it is, by one of the names that its certificate has.</summary>
    public string BootstrapServers => $"localhost:{_listener.EndPoint.Port}";

    /// <summary>What the listener has logged.</summary>
    public IReadOnlyCollection<string> Log => _log.Lines;

    /// <summary>Waits until the listener has logged a line that has a text.</summary>
    public async Task WaitForLogAsync(string text)
    {
        while (!Log.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        }
    }

    /// <param name="secure">Sets the listener's options.</param>
    public static async Task<SecuredCluster> StartAsync(Func<Authority, KafkaListenerOptions, KafkaListenerOptions> secure)
    {
        var cluster = new SecuredCluster();
        var options = new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), LoggerFactory = cluster._loggers };
        cluster._listener = await KafkaListener.StartAsync(cluster._broker, secure(cluster.Authority, options));
        return cluster;
    }

    /// <summary>TLS with a certificate for this machine.</summary>
    public static KafkaListenerTlsOptions Tls(Authority authority, KafkaListenerClientCertificates clients = KafkaListenerClientCertificates.None)
    {
        (string certificate, string key) = authority.Issue("broker", isBroker: true);
        return new KafkaListenerTlsOptions
        {
            CertificateLocation = certificate,
            KeyLocation = key,
            ClientCertificates = clients,
            ClientCaLocation = clients == KafkaListenerClientCertificates.None ? null : authority.CaLocation,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
        _loggers.Dispose();
        _log.Dispose();
        Authority.Dispose();
    }
}
