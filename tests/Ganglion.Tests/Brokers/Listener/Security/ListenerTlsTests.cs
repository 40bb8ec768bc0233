using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Brokers.Listener.Security;

/// <summary>What goes wrong before TLS stands. What works is tried with clients that are not ours, in Ganglion.Kafka.Tests.</summary>
public sealed class ListenerTlsTests : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly X509Certificate2 _certificate = TestCertificate.Create();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ganglion-");
    private readonly ListenerLog _log = new();
    private readonly LoggerFactory _loggers;
    private readonly EmbeddedBroker _broker;
    private KafkaListener? _listener;

    public ListenerTlsTests()
    {
        _loggers = new LoggerFactory([_log]);
        _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { TimeProvider = _time });
    }

    public async ValueTask DisposeAsync()
    {
        await (_listener?.DisposeAsync() ?? default);
        await _broker.DisposeAsync();
        _loggers.Dispose();
        _log.Dispose();
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_does_not_begin_TLS_holds_up_nobody_and_is_disconnected_in_time()
    {
        KafkaListener listener = await ListenAsync(options => options with { Tls = new KafkaListenerTlsOptions { Certificate = _certificate } });
        _time.IsTimerSet(Timeout).ShouldBeFalse();
        await using ListenerClient slow = ListenerClient.Connect(listener);
        await _time.WhenTimerIsSetAsync(Timeout);
        await using ListenerClient quick = await ListenerClient.ConnectTlsAsync(listener);
        await quick.AskAsync(ApiKey.ApiVersions, 0, _ => { });

        _time.Advance(Timeout);

        (await slow.ReceiveAsync()).ShouldBeNull();
        await _log.WaitForAsync("not let in: It has taken longer than 00:00:30.");
        (await quick.AskAsync(ApiKey.ApiVersions, 0, _ => { })).ReadInt16().ShouldBe((short)ErrorCode.None, "Whoever is in stays.");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData("hush", true)]
    [InlineData("hush", false)]
    public async Task A_certificate_and_its_key_lie_in_one_file_or_two_and_the_key_may_have_a_password(string? password, bool isOneFile)
    {
        using ECDsa key = _certificate.GetECDsaPrivateKey()!;
        string keyPem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        string certificateFile = Path.Combine(_folder.FullName, "broker.pem");
        string keyFile = isOneFile ? certificateFile : Path.Combine(_folder.FullName, "broker.key");
        await File.AppendAllTextAsync(certificateFile, _certificate.ExportCertificatePem() + "\n", TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(keyFile, keyPem, TestContext.Current.CancellationToken);

        KafkaListener listener = await ListenAsync(options => options with
        {
            Tls = new KafkaListenerTlsOptions { CertificateLocation = certificateFile, KeyLocation = isOneFile ? null : keyFile, KeyPassword = password },
        });

        await using ListenerClient client = await ListenerClient.ConnectTlsAsync(listener);
        (await client.AskAsync(ApiKey.ApiVersions, 0, _ => { })).ReadInt16().ShouldBe((short)ErrorCode.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_speaks_TLS_where_there_is_none_is_named_in_the_log()
    {
        KafkaListener listener = await ListenAsync(options => options);
        await using ListenerClient client = ListenerClient.Connect(listener);

        await client.SendAsync(Convert.FromHexString("16030100f8" + "010000f40303")); // The beginning of a handshake.

        (await client.ReceiveAsync()).ShouldBeNull();
        await _log.WaitForAsync("It speaks TLS, and the listener does not.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_does_not_speak_TLS_where_it_is_needed_is_told_of_with_what_to_do()
    {
        KafkaListener listener = await ListenAsync(options => options with { Tls = new KafkaListenerTlsOptions { Certificate = _certificate } });
        await using ListenerClient client = ListenerClient.Connect(listener);

        await client.SendAsync(ListenerClient.Encode(ApiKey.ApiVersions, 0, 1, _ => { }));

        (await client.ReceiveAsync()).ShouldBeNull();
        await _log.WaitForAsync("not let in: It does not speak TLS, and the listener does. Let its security.protocol be SSL");
        listener.SecurityProtocol.ShouldBe("SSL");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    public async Task A_client_that_speaks_HTTP_is_named_in_the_log(string request)
    {
        KafkaListener listener = await ListenAsync(options => options);
        await using ListenerClient client = ListenerClient.Connect(listener);

        await client.SendAsync(Encoding.ASCII.GetBytes(request));

        (await client.ReceiveAsync()).ShouldBeNull();
        await _log.WaitForAsync("It speaks HTTP.");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("0.0.0.0", true)]
    [InlineData("127.0.0.1", false)]
    public async Task A_listener_that_lets_in_whoever_reaches_it_is_warned_of(string address, bool isWarned)
    {
        await ListenAsync(options => options with { EndPoint = new IPEndPoint(IPAddress.Parse(address), 0) });

        _log.Lines.Any(line => line.Contains("nobody is asked who he is", StringComparison.Ordinal)).ShouldBe(isWarned);
    }

    [Fact]
    public void All_faults_of_TLS_are_told_at_once()
    {
        string message = Refuse(new KafkaListenerTlsOptions
        {
            CertificateLocation = "no-such-certificate.pem",
            KeyLocation = "no-such-key.pem",
            KeyPassword = "hush",
            ClientCertificates = KafkaListenerClientCertificates.Required,
            ClientCaLocation = "no-such-authority.pem",
            ClientAuthorities = [_certificate],
        });

        message.ShouldContain("no-such-certificate.pem");
        message.ShouldContain("no-such-authority.pem");
        message.ShouldContain("ClientCaLocation and ClientAuthorities are both set");
        message.ShouldNotContain("hush");
    }

    [Fact]
    public void TLS_that_cannot_be_meant_is_refused()
    {
        using X509Certificate2 keyless = X509CertificateLoader.LoadCertificate(_certificate.Export(X509ContentType.Cert));

        Refuse(new KafkaListenerTlsOptions()).ShouldContain("CertificateLocation is missing");
        Refuse(new KafkaListenerTlsOptions { Certificate = keyless }).ShouldContain("no private key");
        Refuse(new KafkaListenerTlsOptions { Certificate = _certificate, KeyLocation = "key.pem" }).ShouldContain("KeyLocation");
        Refuse(new KafkaListenerTlsOptions { Certificate = _certificate, ClientAuthorities = [_certificate] }).ShouldContain("clients are not asked");
        Refuse(new KafkaListenerTlsOptions { Certificate = _certificate, ClientCertificates = KafkaListenerClientCertificates.Requested })
            .ShouldContain("nobody is named who may sign them");
    }

    [Theory]
    [InlineData("none", null, "no key is in")]
    [InlineData("other", null, "the key is not the one of the certificate")]
    [InlineData("encrypted", null, "the key has a password; set KeyPassword")]
    [InlineData("encrypted", "wrong", "KeyPassword")]
    [InlineData("own", "hush", "KeyPassword is set, and the key has none")]
    [InlineData("old", "hush", "openssl pkcs8 -topk8")]
    [InlineData("swapped", null, "no certificate is in it")]
    public void What_is_wrong_with_a_key_is_told(string key, string? password, string fault)
    {
        using ECDsa own = _certificate.GetECDsaPrivateKey()!;
        using var other = RSA.Create(2048);
        string certificate = Write("broker.pem", key == "swapped" ? own.ExportPkcs8PrivateKeyPem() : _certificate.ExportCertificatePem());
        string location = Write("broker.key", key switch
        {
            "none" => _certificate.ExportCertificatePem(),
            "other" => other.ExportRSAPrivateKeyPem(),
            "encrypted" => own.ExportEncryptedPkcs8PrivateKeyPem("hush", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            "old" => "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
            _ => own.ExportPkcs8PrivateKeyPem(),
        });

        Refuse(new KafkaListenerTlsOptions { CertificateLocation = certificate, KeyLocation = location, KeyPassword = password }).ShouldContain(fault);
    }

    [Fact]
    public void The_password_of_a_key_is_not_shown()
    {
        string text = new KafkaListenerOptions { Tls = new KafkaListenerTlsOptions { CertificateLocation = "broker.pem", KeyPassword = "hush" } }.ToString();

        text.ShouldContain("broker.pem");
        text.ShouldNotContain("hush");
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }

    private static string Refuse(KafkaListenerTlsOptions tls) =>
        Should.Throw<ArgumentException>(() => KafkaListenerRules.Check(new KafkaListenerOptions { Tls = tls })).Message;

    private async Task<KafkaListener> ListenAsync(Func<KafkaListenerOptions, KafkaListenerOptions> configure) => _listener = await KafkaListener.StartAsync(
        _broker, configure(new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), LoggerFactory = _loggers }));
}
