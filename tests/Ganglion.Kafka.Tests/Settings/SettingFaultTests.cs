using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ganglion.Hosting;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests.Settings;

/// <summary>What is wrong with settings is told before anything starts: all of it, with what to do, and without secrets.</summary>
public sealed class SettingFaultTests : IDisposable
{
    private const string User = "Sasl:Mechanism=Plain\nSasl:Username=agents\nSasl:Password=hush\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ganglion-");

    public SettingFaultTests() => NativeClient.Load();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("", "Ganglion:Kafka:BootstrapServers is not set")]
    [InlineData("BootstrapServers=http://one", "Ganglion:Kafka:BootstrapServers has 'http://one', which is no address")]
    [InlineData("BootstrapServers=one:9092,two:port", "Ganglion:Kafka:BootstrapServers has 'two:port', which is no address")]
    [InlineData("BootstrapServers=one:0", "Ganglion:Kafka:BootstrapServers has 'one:0', which is no address")]
    [InlineData("BootstrapServers=one,", "Ganglion:Kafka:BootstrapServers has '', which is no address")]
    public void A_cluster_must_have_an_address(string lines, string fault) => FaultsOf(lines).ShouldHaveSingleItem().ShouldStartWith(fault);

    [Theory]
    [InlineData("one")]
    [InlineData("one:9092, two:9092")]
    [InlineData("10.0.0.1:9092")]
    [InlineData("[::1]:9092")]
    [InlineData("PLAINTEXT://one:9092")]
    [InlineData("b-1.demo.abc123.c2.kafka.eu-central-1.amazonaws.com:9096")]
    public void Addresses_of_all_kinds_are_taken(string address) => FaultsOf($"BootstrapServers={address}").ShouldBeEmpty();

    [Theory]
    [InlineData("Bootstrap=one", "Ganglion:Kafka:Bootstrap means nothing: set AutoCreateTopics, BootstrapServers, Client, ")]
    [InlineData("Sasl:Pasword=hush", "Ganglion:Kafka:Sasl:Pasword means nothing: set Mechanism, Password, Username.")]
    [InlineData("SecurityProtocol=TLS", "Ganglion:Kafka:SecurityProtocol is 'TLS': set Plaintext or Ssl or SaslPlaintext or SaslSsl.")]
    [InlineData("Producer:Compression=brotli", "Ganglion:Kafka:Producer:Compression is 'brotli': set None or Gzip or Snappy or Lz4 or Zstd.")]
    [InlineData("AutoCreateTopics=perhaps", "Ganglion:Kafka:AutoCreateTopics is 'perhaps': set true or false.")]
    [InlineData("Consumer:SessionTimeout=soon", "Ganglion:Kafka:Consumer:SessionTimeout is 'soon': set a time such as 00:00:30.")]
    [InlineData("Consumer:InstanceId=pod 1", "Ganglion:Kafka:Consumer:InstanceId is 'pod 1': set 1 to 249 characters of ")]
    [InlineData("ReplicationFactor=0", "Ganglion:Kafka:ReplicationFactor is 0: set 1 to 32767, or nothing ")]
    [InlineData("MinInSyncReplicas=0", "Ganglion:Kafka:MinInSyncReplicas is 0: set 1 to 32767, or nothing ")]
    [InlineData("MinInSyncReplicas=2", "Ganglion:Kafka:MinInSyncReplicas is 2, and ReplicationFactor is not set: set both")]
    [InlineData("ReplicationFactor=2\nMinInSyncReplicas=3", "Ganglion:Kafka:MinInSyncReplicas is 3: set 1 to 2, or nothing ")]
    [InlineData("TransactionTimeout=00:00:00.5000000", "Ganglion:Kafka:TransactionTimeout is 00:00:00.5000000: set 00:00:01 to ")]
    [InlineData("RequestTimeout=00:00:00", "Ganglion:Kafka:RequestTimeout is 00:00:00: set 00:00:00.0010000 to ")]
    [InlineData("Producer:BatchBytes=0", "Ganglion:Kafka:Producer:BatchBytes is '0': librdkafka refuses it (Configuration property \"batch.size\" value 0 is outside allowed range 1..")]
    [InlineData("Consumer:HeartbeatInterval=00:00:20", "Ganglion:Kafka:Consumer:HeartbeatInterval is 20000 ms: set less than a third of the session timeout, which is 45000 ms.")]
    [InlineData("Client:compression.type=brotli", "Ganglion:Kafka:Client:compression.type is 'brotli': librdkafka refuses it (Invalid value \"brotli\"")]
    [InlineData("Client:sockets.keepalive=true", "Ganglion:Kafka:Client:sockets.keepalive means nothing: librdkafka 2.")]
    [InlineData("Client:socket.keepalive.enable=perhaps", "Ganglion:Kafka:Client:socket.keepalive.enable is 'perhaps': librdkafka refuses it (Expected bool value")]
    [InlineData("Client:socket:timeout.ms=10", "Ganglion:Kafka:Client:socket has no value")]
    [InlineData("Client:error_cb=1", "Ganglion:Kafka:Client:error_cb is '1': librdkafka refuses it")]
    [InlineData("Client:linger.ms=10\nProducer:Linger=00:00:01", "Ganglion:Kafka:Client:linger.ms is '10', but Ganglion:Kafka:Producer:Linger is '1000': they are the same setting. Remove one.")]
    [InlineData("Client:linger.ms=10\nClient:queue_buffering_max_ms=5", "they are the same setting. Remove one.")]
    [InlineData("Client:message.timeout.ms=300000", "Ganglion:Kafka: librdkafka refuses this for producers: `message.timeout.ms` must be set <= `transaction.timeout.ms`")]
    [InlineData("Client:queuing.strategy=lifo", "Ganglion:Kafka: librdkafka refuses this for producers: `queuing.strategy` must be set to `fifo`")]
    public void What_cannot_be_set_is_told(string line, string fault) =>
        FaultsOf($"BootstrapServers=one\n{line}").ShouldHaveSingleItem().ShouldContain(fault);

    [Theory]
    [InlineData("enable.idempotence")]
    [InlineData("acks")]
    [InlineData("request.required.acks")]
    [InlineData("partitioner")]
    [InlineData("transactional.id")]
    [InlineData("transaction.timeout.ms")]
    [InlineData("isolation.level")]
    [InlineData("enable.auto.commit")]
    [InlineData("ENABLE_AUTO_OFFSET_STORE")]
    [InlineData("auto.offset.reset")]
    [InlineData("enable.partition.eof")]
    [InlineData("group.id")]
    [InlineData("group.instance.id")]
    [InlineData("group.protocol")]
    [InlineData("partition.assignment.strategy")]
    [InlineData("client.id")]
    [InlineData("allow.auto.create.topics")]
    [InlineData("delivery.report.only.error")]
    public void What_the_guarantees_rest_on_cannot_be_set(string name) =>
        FaultsOf($"BootstrapServers=one\nClient:{name}=1").ShouldHaveSingleItem().ShouldStartWith($"Ganglion:Kafka:Client:{name} cannot be set: ");

    [Theory]
    [InlineData("Sasl:Username=agents\nSasl:Password=hush", "Ganglion:Kafka:Sasl:Mechanism is not set: set Plain, ")]
    [InlineData("Sasl:Mechanism=ScramSha256\nSasl:Password=hush", "Ganglion:Kafka:Sasl:Username is not set, but the mechanism is SCRAM-SHA-256")]
    [InlineData("Sasl:Mechanism=Plain\nSasl:Username=agents", "Ganglion:Kafka:Sasl:Password is not set, but the mechanism is PLAIN")]
    [InlineData("Sasl:Mechanism=Plain\nSasl:Username=agents\nSasl:Password=", "Ganglion:Kafka:Sasl:Password is not set, but the mechanism is PLAIN")]
    [InlineData("SecurityProtocol=SaslSsl", "Ganglion:Kafka:Sasl:Mechanism is not set")]
    [InlineData("SecurityProtocol=Ssl\n" + User, "Ganglion:Kafka:Sasl:Mechanism, Ganglion:Kafka:Sasl:Username, Ganglion:Kafka:Sasl:Password would not be used, because Ganglion:Kafka:SecurityProtocol is ssl")]
    [InlineData("Client:sasl.username=agents", "Ganglion:Kafka:Client:sasl.username would not be used, because Ganglion:Kafka:SecurityProtocol is not set")]
    [InlineData("Sasl:Mechanism=OAuthBearer", "Ganglion:Kafka:Sasl:Mechanism is OAuthBearer, but nothing says where its tokens come from")]
    [InlineData("SecurityProtocol=Plaintext\nTls:CaLocation=probe", "Ganglion:Kafka:Tls:CaLocation would not be used, because Ganglion:Kafka:SecurityProtocol is plaintext")]
    [InlineData("Tls:KeyPassword=hush", "Ganglion:Kafka:Tls:KeyPassword is set, but no key")]
    [InlineData("Tls:CaLocation=/nowhere/ca.pem", "Ganglion:Kafka:Tls:CaLocation is '/nowhere/ca.pem', which cannot be read")]
    [InlineData("Tls:CaLocation=", "Ganglion:Kafka:Tls:CaLocation is '', which cannot be read")]
    public void What_contradicts_itself_is_told(string lines, string fault) =>
        FaultsOf($"BootstrapServers=one\n{lines}").ShouldHaveSingleItem().ShouldStartWith(fault);

    [Theory]
    [InlineData("ssl.key.pem")]
    [InlineData("ssl.key.password")]
    [InlineData("ssl.keystore.password")]
    [InlineData("sasl.password")]
    [InlineData("sasl.oauthbearer.config")]
    [InlineData("sasl.oauthbearer.client.secret")]
    [InlineData("sasl.oauthbearer.assertion.private.key.pem")]
    [InlineData("sasl.oauthbearer.assertion.private.key.passphrase")]
    public void A_secret_that_contradicts_itself_is_told_and_not_shown(string name) =>
        FaultsOf($"BootstrapServers=one\nClient:{name}=hush\nClient:{name.Replace('.', '_')}=hush hush")
            .ShouldContain(fault => fault.Contains("is ***: they are the same setting", StringComparison.Ordinal));

    [Fact]
    public void A_certificate_needs_its_key_and_a_key_its_certificate()
    {
        (string certificate, string key) = CreateCertificate();

        FaultsOf($"BootstrapServers=one\nTls:CertificateLocation={certificate}").ShouldHaveSingleItem()
            .ShouldStartWith("Ganglion:Kafka:Tls:KeyLocation is not set, but there is a certificate");
        FaultsOf($"BootstrapServers=one\nTls:KeyLocation={key}\nTls:KeyPassword=hush").ShouldHaveSingleItem()
            .ShouldStartWith("Ganglion:Kafka:Tls:CertificateLocation is not set, but there is a key");
    }

    [Fact]
    public void A_key_opens_with_its_password_only()
    {
        (string certificate, string key) = CreateCertificate();
        string lines = $"BootstrapServers=one\nTls:CertificateLocation={certificate}\nTls:KeyLocation={key}\nTls:KeyPassword=";

        FaultsOf(lines + "hush").ShouldBeEmpty();
        FaultsOf(lines + "hush hush").ShouldAllBe(fault => fault.Contains("ssl.key.location failed", StringComparison.Ordinal));
        FaultsOf(lines + " hush").ShouldHaveSingleItem().ShouldStartWith("Ganglion:Kafka:Tls:KeyPassword is empty or begins with a blank");
    }

    [Fact]
    public void A_file_that_holds_no_certificates_is_told()
    {
        string file = Path.Combine(_folder.FullName, "ca.pem");
        File.WriteAllText(file, "no certificate");

        FaultsOf($"BootstrapServers=one\nTls:CaLocation={file}").ShouldAllBe(fault => fault.Contains("ssl.ca.location", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_does_not_start_and_all_faults_are_told_at_once_without_secrets()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(Configuration.Of(
            """
            Bootstrap=one
            Sasl:Username=agents
            Sasl:Password=hush
            Tls:CaLocation=/nowhere/ca.pem
            Client:acks=1
            Client:ssl.keystore.password=hush
            Client:sasl.password=hush hush
            Client:socket.timeout.ms=1
            """));
        builder.AddGanglion(ganglion => ganglion.UseKafka().AddAgent("counter", agent => agent.On("word", static (string _, Agents.AgentContext _) => { })));
        using IHost host = builder.Build();

        KafkaSettingsException exception = await Should.ThrowAsync<KafkaSettingsException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        exception.Code.ShouldBe("kafka-settings-invalid");
        exception.Faults.Count.ShouldBe(7, exception.Message);
        foreach (string word in (string[])["Bootstrap means nothing", "BootstrapServers is not set", "Sasl:Mechanism is not set", "ca.pem", "acks", "socket.timeout.ms", "they are the same setting"])
        {
            exception.Message.ShouldContain(word);
        }

        exception.ToString().ShouldNotContain("hush");
    }

    [Fact]
    public async Task Code_counts_for_more_than_configuration()
    {
        IConfiguration address = Configuration.Of("BootstrapServers=configured:\nClient:metadata.broker.list=configured:\nClient:socket.keepalive.enable=true");
        IConfiguration time = Configuration.Of("TransactionTimeout=00:00:00");
        var code = new KafkaBrokerOptions { BootstrapServers = "code" };

        (await OpenAsync(address, ganglion => ganglion.UseKafka())).ShouldNotBeEmpty();
        (await OpenAsync(address, ganglion => ganglion.UseKafka("code"))).ShouldBeEmpty();
        (await OpenAsync(time, ganglion => ganglion.UseKafka("code"))).ShouldNotBeEmpty();
        (await OpenAsync(time, ganglion => ganglion.UseKafka(options => code with { TransactionTimeout = options.TransactionTimeout }))).ShouldNotBeEmpty();
        (await OpenAsync(time, ganglion => ganglion.UseKafka(_ => code))).ShouldBeEmpty();
        (await OpenAsync(time, ganglion => ganglion.UseKafka(code))).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> OpenAsync(IConfiguration configuration, Action<GanglionBuilder> configure)
    {
        await using ServiceProvider services = new ServiceCollection().AddSingleton(configuration).AddGanglion(configure).BuildServiceProvider();
        try
        {
            services.GetRequiredService<Brokers.IEventBroker>();
            return [];
        }
        catch (KafkaSettingsException exception)
        {
            return exception.Faults;
        }
    }

    private static IReadOnlyList<string> FaultsOf(string lines)
    {
        var faults = new List<string>();
        KafkaBrokerOptions options = KafkaSection.Read(Configuration.Of(lines), faults);
        try
        {
            CheckedSettings.Of(options, faults);
            return [];
        }
        catch (KafkaSettingsException exception)
        {
            exception.Message.ShouldNotContain("hush");
            return exception.Faults;
        }
    }

    private (string Certificate, string Key) CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=agents", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        string certificateFile = Path.Combine(_folder.FullName, "client.pem");
        string keyFile = Path.Combine(_folder.FullName, "client.key");
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportEncryptedPkcs8PrivateKeyPem("hush", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        return (certificateFile, keyFile);
    }
}
