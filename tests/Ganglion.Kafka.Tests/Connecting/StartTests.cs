using System.Net;
using System.Net.Sockets;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Kafka.Tests.Foreign;
using Ganglion.Kafka.Tests.Listener.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Kafka.Tests.Connecting;

/// <summary>What a host says that cannot get at its cluster when it starts.</summary>
public sealed class StartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ganglion-");

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_password_is_told_at_once()
    {
        await using var listener = new SaslListener(refuses: true);

        KafkaException exception = await FailAsync(WithPassword(listener, "hush"));

        exception.Code.ShouldBe("kafka-unauthenticated");
        exception.Message.ShouldContain("Invalid username or password");
        exception.Message.ShouldContain("Check Ganglion:Kafka:Sasl");
        exception.ToString().ShouldNotContain("hush");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("hush")]
    [InlineData("  between  blanks  ")]
    [InlineData("=;'\"\\ Grüße")]
    public async Task A_password_reaches_the_cluster_as_it_is(string password)
    {
        await using var listener = new SaslListener(refuses: true);

        await FailAsync(WithPassword(listener, password));

        (await listener.Told.WaitAsync(Timeout)).ShouldBe(["agents", password]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_whose_certificate_nobody_has_signed_is_not_trusted()
    {
        await using var listener = new TlsListener();

        KafkaException exception = await FailAsync(new KafkaBrokerOptions
        {
            BootstrapServers = $"localhost:{listener.Port}",
            SecurityProtocol = KafkaSecurityProtocol.Ssl,
        });

        exception.Code.ShouldBe("kafka-tls-failed");
        exception.Message.ShouldContain("certificate");
        exception.Message.ShouldContain("CaLocation");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_certificate_for_another_name_is_not_trusted_unless_that_is_asked_for()
    {
        await using var listener = new TlsListener();
        string authority = Path.Combine(_folder.FullName, "ca.pem");
        await File.WriteAllTextAsync(authority, listener.CertificatePem, Timeout);
        var options = new KafkaBrokerOptions
        {
            BootstrapServers = $"127.0.0.1:{listener.Port}",
            Tls = new KafkaTlsOptions { CaLocation = authority },
            RequestTimeout = TimeSpan.FromSeconds(1),
        };

        (await FailAsync(options with { RequestTimeout = TimeSpan.FromSeconds(30) })).Code.ShouldBe("kafka-tls-failed");

        // Trusted, it still is no broker.
        (await FailAsync(options with { BootstrapServers = $"localhost:{listener.Port}" })).Code.ShouldBe("kafka-unreachable");
        (await FailAsync(options with { Tls = options.Tls with { VerifyHostName = false } })).Code.ShouldBe("kafka-unreachable");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cluster_that_does_not_trust_the_client_says_so(bool hasCertificate)
    {
        using var authority = new Authority();
        using var others = new Authority();
        (string certificate, string key) = authority.Issue("broker", isBroker: true);
        (string Certificate, string Key)? own = hasCertificate ? others.Issue("agents") : null;
        await using ForeignProgram server = ForeignProgram.StartScript("Foreign/tls_server.py", certificate, key, authority.CaLocation);

        KafkaException exception = await FailAsync(new KafkaBrokerOptions
        {
            BootstrapServers = $"localhost:{await server.ReadLineAsync()}",
            SecurityProtocol = KafkaSecurityProtocol.Ssl,
            Tls = new KafkaTlsOptions { CaLocation = authority.CaLocation, CertificateLocation = own?.Certificate, KeyLocation = own?.Key },
        });

        exception.Code.ShouldBe("kafka-tls-failed", exception.Message);
        exception.Message.ShouldContain("CertificateLocation and KeyLocation");
    }

    // Clients are made whenever one is needed, and each reads the files.
    [Fact(Timeout = 60_000)]
    public async Task A_certificate_that_is_taken_away_is_told_and_found_when_it_is_back()
    {
        await using var listener = new TlsListener();
        string authority = Path.Combine(_folder.FullName, "ca.pem");
        await File.WriteAllTextAsync(authority, listener.CertificatePem, Timeout);
        await using KafkaBroker broker = KafkaBroker.Open(new KafkaBrokerOptions
        {
            BootstrapServers = $"localhost:{listener.Port}",
            Tls = new KafkaTlsOptions { CaLocation = authority },
            RequestTimeout = TimeSpan.FromSeconds(1),
        });
        var options = new ProducerOptions { TransactionalId = "a" };

        File.Delete(authority);
        KafkaException missing = await Should.ThrowAsync<KafkaException>(async () => await broker.CreateProducerAsync(options, Timeout));
        await File.WriteAllTextAsync(authority, listener.CertificatePem, Timeout);
        KafkaException back = await Should.ThrowAsync<KafkaException>(async () => await broker.CreateProducerAsync(options, Timeout));

        missing.Code.ShouldBe("kafka-failed");
        missing.Message.ShouldContain("ssl.ca.location");
        missing.Message.ShouldContain("Ganglion:Kafka:Tls");

        // Trusted, it still is no broker.
        back.Code.ShouldBe("kafka-unreachable");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_that_is_not_there_is_told_with_its_address()
    {
        string address = FreeAddress();
        using var log = new LineLog();

        KafkaException exception = await FailAsync(new KafkaBrokerOptions { BootstrapServers = address, RequestTimeout = TimeSpan.FromSeconds(1), LoggerFactory = new LoggerFactory([log]) });

        exception.Code.ShouldBe("kafka-unreachable");
        exception.Message.ShouldContain(address);
        exception.Message.ShouldContain("Connection refused");
        exception.Message.ShouldContain("Check that its brokers run");
        log.Lines.ShouldContain(line => line.Contains("Connection refused", StringComparison.Ordinal), "The native client logs where the broker does.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_that_talks_otherwise_is_told_with_what_to_check()
    {
        await using MockCluster cluster = await MockCluster.StartAsync(brokers: 1);

        KafkaException exception = await FailAsync(new KafkaBrokerOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            SecurityProtocol = KafkaSecurityProtocol.Ssl,
            RequestTimeout = TimeSpan.FromSeconds(2),
        });

        exception.Message.ShouldContain("SecurityProtocol");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_that_comes_later_is_waited_for()
    {
        await using MockCluster cluster = await MockCluster.StartAsync(brokers: 1);
        await cluster.SetDownAsync(1);
        using IHost host = Build(MockBroker.OptionsFor(cluster));

        Task starting = host.StartAsync(Timeout);
        await Task.WhenAny(starting, Task.Delay(TimeSpan.FromSeconds(1), Timeout));
        starting.IsCompleted.ShouldBeFalse();
        await cluster.SetUpAsync(1);

        await starting;
        await host.StopAsync(Timeout);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_start_that_waits_for_its_cluster_can_be_given_up()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Timeout);
        using IHost host = Build(new KafkaBrokerOptions { BootstrapServers = FreeAddress() });

        Task starting = host.StartAsync(cancellation.Token);
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => starting.WaitAsync(TimeSpan.FromSeconds(10), Timeout));
    }

    private static KafkaBrokerOptions WithPassword(SaslListener listener, string password) => new()
    {
        BootstrapServers = listener.Address,
        SecurityProtocol = KafkaSecurityProtocol.SaslPlaintext,
        Sasl = new KafkaSaslOptions { Mechanism = KafkaSaslMechanism.Plain, Username = "agents", Password = password },
    };

    private static async Task<KafkaException> FailAsync(KafkaBrokerOptions options)
    {
        using IHost host = Build(options);
        return await Should.ThrowAsync<KafkaException>(() => host.StartAsync(Timeout));
    }

    private static IHost Build(KafkaBrokerOptions options)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseKafka(options).AddAgent("counter", agent => agent.On("word", static (string _, AgentContext _) => { })));
        return builder.Build();
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }
}
