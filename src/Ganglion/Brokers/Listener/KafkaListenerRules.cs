using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ganglion.Brokers.Listener.Security;

namespace Ganglion.Brokers.Listener;

/// <summary>How a listener may be set up.</summary>
internal static class KafkaListenerRules
{
    private const int MinRequestBytes = 1024;

    /// <summary>The longest that a timer can be told to wait.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(49);

    /// <exception cref="ArgumentException">An option is out of its range; all faults in one message.</exception>
    public static void Check(KafkaListenerOptions options) => FaultsOf(options).ThrowIfAny("The listener's options", nameof(options));

    /// <summary>What is wrong with the options, each fault beginning with the option's name.</summary>
    public static OptionFaults FaultsOf(KafkaListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new OptionFaults();
        faults.Check(options.EndPoint is not null, $"{nameof(options.EndPoint)} is null; leave it out for port 9092 of the loopback address");
        faults.Check(
            options.AdvertisedAddress is null || TryParseAddress(options.AdvertisedAddress, out _),
            $"{nameof(options.AdvertisedAddress)} is '{options.AdvertisedAddress}'; it is host:port, such as kafka.example:9092 or [::1]:9092");
        faults.Check(
            options.MaxRequestBytes >= MinRequestBytes, $"{nameof(options.MaxRequestBytes)} is {options.MaxRequestBytes}; the least is {MinRequestBytes}");
        faults.Check(options.MaxConnections > 0, $"{nameof(options.MaxConnections)} is {options.MaxConnections}; the least is 1");
        faults.Check(
            options.IdleTimeout >= TimeSpan.FromMilliseconds(1) && options.IdleTimeout <= MaxWait,
            $"{nameof(options.IdleTimeout)} is {options.IdleTimeout}; allowed are 1 ms to {MaxWait.Days} days");
        faults.Check(
            options.InitialRebalanceDelay >= TimeSpan.Zero && options.InitialRebalanceDelay <= MaxWait,
            $"{nameof(options.InitialRebalanceDelay)} is {options.InitialRebalanceDelay}; allowed are 0 to {MaxWait.Days} days");
        faults.Check(
            options.GroupSessionTimeout >= TimeSpan.FromMilliseconds(1) && options.GroupSessionTimeout <= MaxWait,
            $"{nameof(options.GroupSessionTimeout)} is {options.GroupSessionTimeout}; allowed are 1 ms to {MaxWait.Days} days");
        faults.Check(
            options.GroupHeartbeatInterval >= TimeSpan.FromMilliseconds(1) && options.GroupHeartbeatInterval < options.GroupSessionTimeout / 2,
            $"{nameof(options.GroupHeartbeatInterval)} is {options.GroupHeartbeatInterval}; it must be at least 1 ms and below half of "
            + $"{nameof(options.GroupSessionTimeout)}, which is {options.GroupSessionTimeout}");
        faults.Check(
            options.AuthenticationTimeout >= TimeSpan.FromMilliseconds(1) && options.AuthenticationTimeout <= MaxWait,
            $"{nameof(options.AuthenticationTimeout)} is {options.AuthenticationTimeout}; allowed are 1 ms to {MaxWait.Days} days");
        if (options.Tls is { } tls)
        {
            ListenerTls.TryOpen(tls, faults)?.Dispose();
        }

        if (options.Sasl is { } sasl)
        {
            SaslRules.Check(sasl, options, faults);
        }

        faults.Check(options.LoggerFactory is not null, $"{nameof(options.LoggerFactory)} is null; leave it out to log nowhere");
        return faults;
    }

    /// <summary>Reads <c>address:port</c>: an IP address, in brackets if it is one of IPv6, or <c>localhost</c>.</summary>
    public static bool TryParseEndPoint(string? text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        int colon = text?.LastIndexOf(':') ?? -1;
        string host = colon < 0 ? "" : text![..colon];
        endPoint = IPAddress.TryParse(host is "localhost" ? "127.0.0.1" : host, out IPAddress? address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 ? host.StartsWith('[') : host is "localhost" || host == address.ToString())
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? new IPEndPoint(address, port)
            : null;
        return endPoint is not null;
    }

    /// <summary>Reads <c>host:port</c>, with the brackets of an IPv6 address around it.</summary>
    public static bool TryParseAddress(string text, out DnsEndPoint? address)
    {
        int colon = text.LastIndexOf(':');
        string host = text[..Math.Max(colon, 0)];
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        address = ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            && port > 0
            && Uri.CheckHostName(host) != UriHostNameType.Unknown
            && isBracketed == host.Contains(':')
            ? new DnsEndPoint(isBracketed ? host[1..^1] : host, port)
            : null;
        return address is not null;
    }
}
