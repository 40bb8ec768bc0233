using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Security;
using Ganglion.Brokers.Listener.Transactions;
using Microsoft.Extensions.Logging;

namespace Ganglion.Brokers.Listener;

/// <summary>
/// Lets clients of Kafka, in any language, use an embedded broker over TCP: the same topics, records, groups and offsets that the agents
/// of its process have.
/// </summary>
public sealed partial class KafkaListener : IAsyncDisposable
{
    private const int Backlog = 512;

    // Of all connections, one in so many may be of a client that is not let in yet.
    private const int StrangersShare = 10;

    private readonly Socket _socket;
    private readonly KafkaListenerOptions _options;
    private readonly ListenerTls? _tls;
    private readonly SaslServer? _sasl;
    private readonly Strangers _strangers;
    private readonly TimeProvider _time;
    private readonly TransactionCoordinator _transactions;
    private readonly ApiTable _apis;
    private readonly ListenerMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly Task _accepting;

    private KafkaListener(EmbeddedBroker broker, TransactionCoordinator transactions, KafkaListenerOptions options, ListenerTls? tls, Socket socket)
    {
        _socket = socket;
        _options = options;
        _tls = tls;
        _sasl = options.Sasl is null ? null : new SaslServer(options.Sasl);
        _strangers = new Strangers(Math.Max(1, options.MaxConnections / StrangersShare));
        _time = broker.Time;
        _logger = options.LoggerFactory.CreateLogger<KafkaListener>();
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        DnsEndPoint advertised = AddressFor(EndPoint, options.AdvertisedAddress);
        AdvertisedAddress = $"{(advertised.Host.Contains(':') ? $"[{advertised.Host}]" : advertised.Host)}:{advertised.Port}";
        SecurityProtocol = (_sasl is null ? "" : "SASL_") + (tls is null ? "PLAINTEXT" : "SSL");
        _metrics = new ListenerMetrics(broker.Meters, EndPoint.Port);
        _transactions = transactions;
        _transactions.Enter();
        _apis = new ApiTable(new ListenerContext(
            broker,
            _transactions,
            new ClientGroups(broker, options.InitialRebalanceDelay) { SessionTimeout = options.GroupSessionTimeout, HeartbeatInterval = options.GroupHeartbeatInterval },
            advertised,
            _logger));
        if (!IPAddress.IsLoopback(EndPoint.Address) && _sasl is null && options.Tls is not { ClientCertificates: KafkaListenerClientCertificates.Required })
        {
            LogOpen(EndPoint);
        }

        if (broker.AwaitsRoom)
        {
            LogAwaitsRoom();
        }

        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Where clients are told to connect to once they have come: <c>host:port</c>.</summary>
    public string AdvertisedAddress { get; }

    /// <summary>What clients set as <c>security.protocol</c>: <c>PLAINTEXT</c>, <c>SSL</c>, <c>SASL_PLAINTEXT</c> or <c>SASL_SSL</c>.</summary>
    public string SecurityProtocol { get; }

    /// <summary>
    /// Listens from now on. Several may listen for one broker. With a full disk it listens too, so that somebody can make room; transactional
    /// producers have to wait for that.
    /// </summary>
    /// <param name="broker">What clients use. It must be open for longer than the listener.</param>
    /// <param name="options">Where it listens, and what clients may do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An option is out of its range; all faults in one message.</exception>
    /// <exception cref="ListenerException">The address is in use, or is none of this machine (<c>listener-address-unusable</c>).</exception>
    public static async Task<KafkaListener> StartAsync(
        EmbeddedBroker broker, KafkaListenerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        options ??= new KafkaListenerOptions();
        KafkaListenerRules.Check(options);
        ListenerTls? tls = options.Tls is null ? null : ListenerTls.Open(options.Tls);
        var socket = new Socket(options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(options.EndPoint);
            socket.Listen(Backlog);
            TransactionCoordinator transactions = TransactionCoordinator.Of(broker);
            Task restored = transactions.RestoreAsync();
            if (!broker.AwaitsRoom)
            {
                await restored.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return new KafkaListener(broker, transactions, options, tls, socket);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            tls?.Dispose();
            throw new ListenerException(
                "listener-address-unusable",
                $"Clients of Kafka cannot be served at {options.EndPoint}: {exception.Message}. {RemedyOf(exception.SocketErrorCode)}",
                exception);
        }
        catch
        {
            socket.Dispose();
            tls?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Listens no more, and disconnects everybody. If no other listens for the broker, the transactions that are open are aborted.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _transactions.LeaveAsync().ConfigureAwait(false);
        _tls?.Dispose();
        _metrics.Dispose();
        _stopping.Dispose();
    }

    private static string RemedyOf(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => "Choose another port, or stop what uses it.",
        SocketError.AddressNotAvailable => "Choose an address that this machine has, or 0.0.0.0 for all of them.",
        SocketError.AccessDenied => "Choose a port from 1024 on, or let this user listen there.",
        _ => "Choose another address or port.",
    };

    private static DnsEndPoint AddressFor(IPEndPoint endPoint, string? advertised)
    {
        if (advertised is not null && KafkaListenerRules.TryParseAddress(advertised, out DnsEndPoint? address))
        {
            return address!;
        }

        bool isAny = endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);
        return new DnsEndPoint(isAny ? Dns.GetHostName() : endPoint.Address.ToString(), endPoint.Port);
    }

    private async Task AcceptAsync()
    {
        bool wasFull = false;
        while (!_stopping.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _socket.AcceptAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                // Out of file handles, or the client has gone already.
                LogNotAccepted(exception);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            bool isFull = _connections.Count >= _options.MaxConnections;
            if (isFull && !wasFull)
            {
                LogFull(_options.MaxConnections);
            }

            wasFull = isFull;
            if (isFull)
            {
                client.Dispose();
                continue;
            }

            Task serving = Task.Run(() => ServeAsync(client));
            _connections.TryAdd(serving, 0);
            _ = serving.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
        }
    }

    [LoggerMessage(
        1041, LogLevel.Warning,
        "The transactions that were open when the broker ended are not aborted yet, for the disk is full. Transactional producers are told to try again until there is room: "
        + "delete records, or topics.")]
    private partial void LogAwaitsRoom();

    [LoggerMessage(1030, LogLevel.Warning, "A client could not be accepted.")]
    private partial void LogNotAccepted(Exception exception);

    [LoggerMessage(
        1038, LogLevel.Warning,
        "{MaxConnections} clients are connected, and no more are let in: their connections are closed at once, without a word here, until there is room. "
        + "Raise MaxConnections, or look for clients that do not close theirs.")]
    private partial void LogFull(int maxConnections);

    [LoggerMessage(
        1034, LogLevel.Warning,
        "Clients of Kafka are served at {EndPoint}, which is no loopback address, and nobody is asked who he is: whoever reaches it can read and write "
        + "everything. Set Sasl (or ClientCertificates of Tls), or listen on the loopback address.")]
    private partial void LogOpen(IPEndPoint endPoint);
}
