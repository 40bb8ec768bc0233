using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>TLS of a listener: its certificate, and what it checks those of clients against.</summary>
internal sealed class ListenerTls : IDisposable
{
    // The type of the first record of any connection over TLS.
    private const byte Handshake = 0x16;

    private readonly KafkaListenerTlsOptions _options;
    private readonly X509Certificate2? _own;
    private readonly X509Certificate2Collection _authorities;
    private readonly SslStreamCertificateContext _certificate;

    private ListenerTls(KafkaListenerTlsOptions options, X509Certificate2 certificate, X509Certificate2Collection chain, X509Certificate2Collection authorities)
    {
        _options = options;
        _own = certificate == options.Certificate ? null : certificate;
        _authorities = authorities;
        _certificate = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>Reads what the options name.</summary>
    /// <exception cref="ArgumentException">It cannot be used; all faults in one message.</exception>
    public static ListenerTls Open(KafkaListenerTlsOptions options)
    {
        var faults = new OptionFaults();
        ListenerTls? tls = TryOpen(options, faults);
        faults.ThrowIfAny($"The listener's {nameof(KafkaListenerOptions.Tls)}", nameof(options));
        return tls!;
    }

    /// <summary>Reads what the options name.</summary>
    /// <param name="options">The options.</param>
    /// <param name="faults">Is told what cannot be used.</param>
    /// <returns>Null if there are faults.</returns>
    public static ListenerTls? TryOpen(KafkaListenerTlsOptions options, OptionFaults faults)
    {
        var found = new OptionFaults();
        found.Check(
            (options.Certificate ?? (object?)options.CertificateLocation) is not null,
            $"{nameof(options.CertificateLocation)} is missing; name a PEM file with the listener's certificate, or set {nameof(options.Certificate)} in code");
        found.Check(
            options.Certificate is null || options.CertificateLocation is null,
            $"{nameof(options.Certificate)} and {nameof(options.CertificateLocation)} are both set; set one of them");
        found.Check(
            options.CertificateLocation is not null || (options.KeyLocation ?? options.KeyPassword) is null,
            $"{nameof(options.KeyLocation)} and {nameof(options.KeyPassword)} are those of {nameof(options.CertificateLocation)}, which is not set");
        found.Check(options.Certificate is null or { HasPrivateKey: true }, $"{nameof(options.Certificate)} has no private key");
        CheckClients(options, found);

        var files = new CertificateFiles(found);
        X509Certificate2Collection authorities = options.ClientCaLocation is { } location
            ? files.ReadAll(nameof(options.ClientCaLocation), location)
            : options.ClientAuthorities ?? [];
        X509Certificate2? certificate = options.CertificateLocation is { } file
            ? files.ReadWithKey(file, options.KeyLocation, options.KeyPassword)
            : options.Certificate;
        X509Certificate2Collection chain = options.CertificateLocation is { } again && certificate is not null
            ? files.ReadAll(nameof(options.CertificateLocation), again)
            : [];
        faults.Add(found, prefix: $"{nameof(KafkaListenerOptions.Tls)}:");
        return found.Any ? null : new ListenerTls(options, certificate!, chain, authorities);
    }

    /// <summary>Lets TLS begin on a connection.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is to be read and written instead; whoever disposes of it disposes of the connection.</returns>
    /// <exception cref="ClientRefusedException">The client does not speak TLS, does not trust the listener, or is not trusted.</exception>
    public async Task<SslStream> AuthenticateAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        byte[] first = new byte[1];
        if (await stream.Socket.ReceiveAsync(first, SocketFlags.Peek, cancellationToken).ConfigureAwait(false) > 0 && first[0] != Handshake)
        {
            throw new ClientRefusedException("It does not speak TLS, and the listener does. Let its security.protocol be SSL, or SASL_SSL if it has a password.");
        }

        string? distrust = null;
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _certificate,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    ClientCertificateRequired = _options.ClientCertificates != KafkaListenerClientCertificates.None,
                    CertificateChainPolicy = Policy(),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (distrust = FaultOf(certificate, chain, errors)) is null,
                },
                cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (AuthenticationException exception)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw new ClientRefusedException(distrust ?? $"TLS could not begin: {exception.GetBaseException().Message}{RemedyOf(exception)}");
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Who a client is as its certificate says, which is trusted; null if it has none.</summary>
    public static string? PrincipalOf(SslStream tls) =>
        (tls.RemoteCertificate as X509Certificate2)?.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    public void Dispose() => _own?.Dispose();

    private static void CheckClients(KafkaListenerTlsOptions options, OptionFaults faults)
    {
        faults.Check(
            Enum.IsDefined(options.ClientCertificates),
            $"{nameof(options.ClientCertificates)} is {(int)options.ClientCertificates}; it is {string.Join(", ", Enum.GetNames<KafkaListenerClientCertificates>())}");
        faults.Check(
            options.ClientCaLocation is null || options.ClientAuthorities is null,
            $"{nameof(options.ClientCaLocation)} and {nameof(options.ClientAuthorities)} are both set; set one of them");
        bool areAsked = options.ClientCertificates != KafkaListenerClientCertificates.None;
        bool areKnown = options.ClientCaLocation is not null || options.ClientAuthorities is { Count: > 0 };
        faults.Check(
            !areAsked || areKnown,
            $"{nameof(options.ClientCertificates)} is {options.ClientCertificates}, and nobody is named who may sign them; set {nameof(options.ClientCaLocation)}");
        faults.Check(
            areAsked || !areKnown,
            $"{nameof(options.ClientCaLocation)} or {nameof(options.ClientAuthorities)} is set, and clients are not asked for a certificate; "
            + $"set {nameof(options.ClientCertificates)} to {KafkaListenerClientCertificates.Required}, or leave the authorities out");
    }

    // What a client says of a certificate that it does not take, in an alert (RFC 8446, 6.2): .NET tells it in words only.
    private static readonly string[] Distrust = ["unknown ca", "certificate", "decrypt error"];

    private static string RemedyOf(AuthenticationException exception) =>
        exception.GetBaseException().Message is var text && text.Contains("alert", StringComparison.Ordinal)
            && Distrust.Any(alert => text.Contains(alert, StringComparison.Ordinal))
            ? ". It does not trust the listener's certificate: let it know who has signed that (ssl.ca.location), and connect to a host that the certificate names."
            : "";

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }

    private string? FaultOf(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return _options.ClientCertificates == KafkaListenerClientCertificates.Required ? "It has no certificate, and must have one." : null;
        }

        return errors == SslPolicyErrors.None
            ? null
            : $"Its certificate ({certificate.Subject}) is not trusted: {string.Join(' ', chain?.ChainStatus.Select(status => status.StatusInformation.Trim()) ?? [])}";
    }
}
