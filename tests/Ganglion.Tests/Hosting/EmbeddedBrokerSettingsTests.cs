using System.Net;
using System.Security.Cryptography.X509Certificates;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Hosting;
using Ganglion.Tests.Brokers.Listener.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Hosting;

/// <summary>From the configuration to what the embedded broker of a host is given; what is wrong is told at once, and without secrets.</summary>
public sealed class EmbeddedBrokerSettingsTests : IDisposable
{
    private const string Certificate = "Listener:Tls:CertificateLocation";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ganglion-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Everything_that_is_configured_reaches_the_listener()
    {
        string certificate = WriteCertificate();

        KafkaListenerOptions listener = Read(
            $"""
            Listener:EndPoint=[::1]:9093
            Listener:AdvertisedAddress=kafka.example:9093
            {Certificate}={certificate}
            Listener:Tls:KeyLocation={certificate}
            Listener:Tls:ClientCertificates=requested
            Listener:Tls:ClientCaLocation={certificate}
            Listener:Sasl:Users:alice=won=der;land
            Listener:Sasl:Users:Bob=007
            Listener:Sasl:Mechanisms=SCRAM-SHA-256, ScramSha512
            Listener:Sasl:ScramIterations=8192
            Listener:Sasl:FailureDelay=00:00:02
            Listener:Sasl:AllowsPlainWithoutTls=true
            Listener:AuthenticationTimeout=00:00:10
            Listener:MaxRequestBytes=1048576
            Listener:MaxConnections=100
            Listener:IdleTimeout=00:01:00
            Listener:InitialRebalanceDelay=00:00:03
            Listener:GroupSessionTimeout=00:00:20
            Listener:GroupHeartbeatInterval=00:00:02
            """).Listeners.ShouldHaveSingleItem();

        listener.Sasl!.Users.ShouldBe(new Dictionary<string, string> { ["alice"] = "won=der;land", ["Bob"] = "007" }, ignoreOrder: true);
        listener.ShouldBe(new KafkaListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.IPv6Loopback, 9093),
            AdvertisedAddress = "kafka.example:9093",
            Tls = new KafkaListenerTlsOptions
            {
                CertificateLocation = certificate, KeyLocation = certificate, ClientCertificates = KafkaListenerClientCertificates.Requested,
                ClientCaLocation = certificate,
            },
            Sasl = new KafkaListenerSaslOptions
            {
                Users = listener.Sasl.Users, Mechanisms = KafkaListenerMechanisms.ScramSha256 | KafkaListenerMechanisms.ScramSha512, ScramIterations = 8192,
                FailureDelay = TimeSpan.FromSeconds(2), AllowsPlainWithoutTls = true,
            },
            AuthenticationTimeout = TimeSpan.FromSeconds(10),
            MaxRequestBytes = 1024 * 1024,
            MaxConnections = 100,
            IdleTimeout = TimeSpan.FromMinutes(1),
            InitialRebalanceDelay = TimeSpan.FromSeconds(3),
            GroupSessionTimeout = TimeSpan.FromSeconds(20),
            GroupHeartbeatInterval = TimeSpan.FromSeconds(2),
        });
    }

    [Theory]
    [InlineData("Listner:EndPoint=localhost:1", "Ganglion:EmbeddedBroker:Listner means nothing: set Folder, Listener, Partitions.")]
    [InlineData("Partitions=0", "Ganglion:EmbeddedBroker:Partitions is 0: set 1 to 10,000, or nothing for 1.")]
    [InlineData("Partitions=some", "Ganglion:EmbeddedBroker:Partitions is 'some': set a whole number.")]
    [InlineData("Folder= ", "Ganglion:EmbeddedBroker:Folder is ' ': set the path of a folder")]
    [InlineData("Listener:Port=9092", "Ganglion:EmbeddedBroker:Listener:Port means nothing: set AdvertisedAddress, AuthenticationTimeout, EndPoint, ")]
    [InlineData("Listener:EndPoint=9092", "Ganglion:EmbeddedBroker:Listener:EndPoint is '9092': set an IP address and a port, such as 127.0.0.1:9092 or [::1]:9092.")]
    [InlineData("Listener:AdvertisedAddress=kafka.example", "Ganglion:EmbeddedBroker:Listener:AdvertisedAddress is 'kafka.example'; it is host:port")]
    [InlineData("Listener:IdleTimeout=30", "Ganglion:EmbeddedBroker:Listener:IdleTimeout is '30': set a time such as 00:00:30.")]
    [InlineData("Listener:MaxConnections=many", "Ganglion:EmbeddedBroker:Listener:MaxConnections is 'many': set a whole number.")]
    [InlineData("Listener:MaxConnections=0", "Ganglion:EmbeddedBroker:Listener:MaxConnections is 0; the least is 1.")]
    [InlineData(Certificate + "=/nowhere/broker.pem", "Ganglion:EmbeddedBroker:Listener:Tls:CertificateLocation is '/nowhere/broker.pem': ")]
    [InlineData("Listener:Tls:KeyPassword=hush", "Ganglion:EmbeddedBroker:Listener:Tls:CertificateLocation is missing; name a PEM file with the listener's certificate")]
    [InlineData("Listener:Sasl:FailureDelay=00:00:02", "Ganglion:EmbeddedBroker:Listener:Sasl:Users is empty, so nobody could be let in; name some")]
    [InlineData("Listener:Sasl:Users:alice:password=hush", "Ganglion:EmbeddedBroker:Listener:Sasl:Users:alice has no value: set a text, under a name in one piece.")]
    [InlineData("Listener:Sasl:Users:alice=", "Ganglion:EmbeddedBroker:Listener:Sasl:Users has a password for 'alice' that is empty, or has control characters.")]
    [InlineData("Listener:Sasl:Users:alice=hush\nListener:Sasl:Mechanisms=GSSAPI", "Ganglion:EmbeddedBroker:Listener:Sasl:Mechanisms is 'GSSAPI': set None or Plain or ScramSha256 or ScramSha512 or All, or several separated by commas.")]
    [InlineData("Listener:Sasl:Users:alice=hush\nListener:Sasl:Mechanisms=6", "Ganglion:EmbeddedBroker:Listener:Sasl:Mechanisms is '6': ")]
    [InlineData("Listener:Sasl:Users:alice=hush\nListener:EndPoint=0.0.0.0:1", "Ganglion:EmbeddedBroker:Listener:Sasl:Mechanisms has Plain, and 0.0.0.0:1 is no loopback address and has no TLS")]
    public void What_cannot_be_meant_is_told_with_its_key_and_what_to_do(string lines, string fault) =>
        FaultsOf(lines).ShouldContain(told => told.StartsWith(fault, StringComparison.Ordinal));

    [Fact]
    public async Task A_host_does_not_start_nor_make_its_folder_and_all_faults_are_told_at_once_without_secrets()
    {
        string folder = Path.Combine(_folder.FullName, "data");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(ConfigurationOf(
            $"""
            Listener:EndPoint=nowhere
            Listener:Sasl:Users:alice=hush
            Listener:Sasl:ScramIterations=7
            Listener:Tls:KeyPassword=hush
            {Certificate}=/nowhere/broker.pem
            """));
        builder.AddGanglion(ganglion => ganglion.UseEmbeddedBroker(folder, broker => broker.ListenForKafka().ListenForKafka()));
        using IHost host = builder.Build();

        EmbeddedBrokerSettingsException exception =
            await Should.ThrowAsync<EmbeddedBrokerSettingsException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        exception.Code.ShouldBe("embedded-broker-settings-invalid");
        exception.Faults.Count.ShouldBe(3, exception.Message);
        exception.Message.ShouldContain("EndPoint is 'nowhere'");
        exception.Message.ShouldContain("ScramIterations is 7");
        exception.Message.ShouldContain("/nowhere/broker.pem");
        exception.ToString().ShouldNotContain("hush");
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public void Code_counts_for_more_than_configuration()
    {
        const string configured = "Folder=configured\nListener:EndPoint=127.0.0.1:1\nListener:MaxConnections=7";
        var own = new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 3) };

        EmbeddedBrokerSettings settings = Read(configured, broker =>
        {
            broker.ListenForKafka("127.0.0.1:2").ListenForKafka(options => options with { MaxConnections = 8 }).ListenForKafka(own);
            broker.Folder = "code";
        });

        settings.Folder.ShouldBe("code");
        settings.Listeners.Select(listener => (listener.EndPoint.Port, listener.MaxConnections)).ShouldBe([(1, 7), (2, 7), (1, 8), (3, 10_000)]);
        Read(configured).Folder.ShouldBe("configured");
        Read("").Folder.ShouldBe("data");
        Read("").Listeners.ShouldHaveSingleItem().ShouldBe(new KafkaListenerOptions());
    }

    [Fact]
    public void What_code_sets_and_cannot_be_is_told_with_the_rest()
    {
        EmbeddedBrokerSettingsException exception = Should.Throw<EmbeddedBrokerSettingsException>(() => Read("Partitions=0", broker =>
        {
            broker.ListenForKafka(new KafkaListenerOptions { MaxConnections = 0 });
            broker.Options = new EmbeddedBrokerOptions { TopicDefaults = new TopicSettings { Partitions = -1 } };
        }));

        exception.Faults.ShouldBe(
            [
                "EmbeddedBrokerOptions:TopicDefaults: partitions is -1; allowed are 1 to 10,000.",
                "Ganglion:EmbeddedBroker:Partitions is 0: set 1 to 10,000, or nothing for 1.",
                "KafkaListenerOptions:MaxConnections is 0; the least is 1.",
            ]);
    }

    [Fact]
    public async Task A_topic_gets_as_many_partitions_as_are_configured_unless_code_says_otherwise()
    {
        (await PartitionsAsync("Partitions=3", new EmbeddedBrokerOptions())).ShouldBe(3);
        (await PartitionsAsync("Partitions=3", new EmbeddedBrokerOptions { TopicDefaults = new TopicSettings { Partitions = 5 } })).ShouldBe(5);
        (await PartitionsAsync("", new EmbeddedBrokerOptions())).ShouldBe(1);
    }

    [Fact]
    public async Task A_host_keeps_its_events_in_the_folder_that_is_configured()
    {
        string folder = Path.Combine(_folder.FullName, "configured");
        await using ServiceProvider services = new ServiceCollection().AddSingleton(ConfigurationOf($"Folder={folder}"))
            .AddGanglion(ganglion => ganglion.UseEmbeddedBroker()).BuildServiceProvider();

        services.GetRequiredService<IEventBroker>();

        File.Exists(Path.Combine(folder, "ganglion.json")).ShouldBeTrue();
    }

    private static async Task<int> PartitionsAsync(string lines, EmbeddedBrokerOptions options)
    {
        await using ServiceProvider services = new ServiceCollection().AddSingleton(ConfigurationOf(lines))
            .AddGanglion(ganglion => ganglion.UseVolatileBroker(broker => broker.Options = options)).BuildServiceProvider();
        TopicDescription topic = await services.GetRequiredService<IEventBroker>().Topics.CreateAsync("t", null, TestContext.Current.CancellationToken);
        return topic.Partitions.Count;
    }

    private static IReadOnlyList<string> FaultsOf(string lines)
    {
        EmbeddedBrokerSettingsException exception = Should.Throw<EmbeddedBrokerSettingsException>(() => Read(lines));
        exception.Message.ShouldNotContain("hush");
        return exception.Faults;
    }

    private static EmbeddedBrokerSettings Read(string lines, Action<EmbeddedBrokerBuilder>? configure = null)
    {
        var broker = new EmbeddedBrokerBuilder();
        broker.ListenForKafka();
        configure?.Invoke(broker);
        return new EmbeddedBrokerSettings(broker, ConfigurationOf(lines));
    }

    // A line for each key of the section.
    private static IConfiguration ConfigurationOf(string lines) => new ConfigurationBuilder()
        .AddInMemoryCollection(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2))
            .Select(parts => KeyValuePair.Create($"Ganglion:EmbeddedBroker:{parts[0]}", (string?)parts[1])))
        .Build();

    private string WriteCertificate()
    {
        using X509Certificate2 certificate = TestCertificate.Create();
        string file = Path.Combine(_folder.FullName, "broker.pem");
        File.WriteAllText(file, $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}");
        return file;
    }
}
