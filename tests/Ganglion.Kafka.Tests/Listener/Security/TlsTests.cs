using Confluent.Kafka;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Tests.Listener.Security;

/// <summary>Clients of Confluent's, and agents, over TLS.</summary>
public sealed class TlsTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    public TlsTests() => NativeClient.Load();

    [Fact(Timeout = 120_000)]
    public async Task A_client_that_knows_who_has_signed_writes_and_reads_over_TLS()
    {
        await using SecuredCluster cluster = await StartAsync(KafkaListenerClientCertificates.None);

        await SecuredClient.WriteAndReadAsync(new ClientConfig
        {
            BootstrapServers = cluster.BootstrapServers, SecurityProtocol = SecurityProtocol.Ssl, SslCaLocation = cluster.Authority.CaLocation,
        });
    }

    [Fact(Timeout = 120_000)]
    public async Task An_agent_with_a_certificate_runs_where_clients_must_have_one()
    {
        await using SecuredCluster cluster = await StartAsync(KafkaListenerClientCertificates.Required);

        await SecuredClient.RunAgentAsync(OptionsFor(cluster, cluster.Authority.Issue("agents")));

        await cluster.WaitForLogAsync("'agents'");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_client_without_a_certificate_is_refused_where_clients_must_have_one()
    {
        await using SecuredCluster cluster = await StartAsync(KafkaListenerClientCertificates.Required);

        KafkaException exception = await SecuredClient.FailAsync(OptionsFor(cluster, isShort: true));

        ShouldNameTheCertificate(exception);
        await cluster.WaitForLogAsync("not let in: It has no certificate");
    }

    [Theory(Timeout = 120_000)]
    [InlineData(KafkaListenerClientCertificates.Required)]
    [InlineData(KafkaListenerClientCertificates.Requested)]
    public async Task A_certificate_that_others_have_signed_is_refused(KafkaListenerClientCertificates clients)
    {
        await using SecuredCluster cluster = await StartAsync(clients);
        using var others = new Authority();

        KafkaException exception = await SecuredClient.FailAsync(OptionsFor(cluster, others.Issue("agents"), isShort: true));

        ShouldNameTheCertificate(exception);
        await cluster.WaitForLogAsync("(CN=agents, O=Ganglion) is not trusted");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_client_without_a_certificate_is_let_in_where_clients_may_have_one()
    {
        await using SecuredCluster cluster = await StartAsync(KafkaListenerClientCertificates.Requested);

        await SecuredClient.RunAgentAsync(OptionsFor(cluster));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_broker_whose_certificate_others_have_signed_is_not_trusted()
    {
        await using SecuredCluster cluster = await StartAsync(KafkaListenerClientCertificates.None);
        using var others = new Authority();

        KafkaException exception = await SecuredClient.FailAsync(
            OptionsFor(cluster) with { Tls = new KafkaTlsOptions { CaLocation = others.CaLocation } });

        exception.Code.ShouldBe("kafka-tls-failed", exception.Message);
        exception.Message.ShouldContain("CaLocation");
        await cluster.WaitForLogAsync("It does not trust the listener's certificate");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_client_without_TLS_is_told_what_to_look_at()
    {
        await using SecuredCluster cluster = await StartAsync(KafkaListenerClientCertificates.None);

        KafkaException exception = await SecuredClient.FailAsync(new KafkaBrokerOptions { BootstrapServers = cluster.BootstrapServers, RequestTimeout = Short });

        exception.Code.ShouldBe("kafka-unreachable", exception.Message);
        exception.Message.ShouldContain("SecurityProtocol");
        await cluster.WaitForLogAsync("not let in: It does not speak TLS");
    }

    // .NET 10 closes the connection where others send an alert, except on Windows: then the client cannot know more.
    private static void ShouldNameTheCertificate(KafkaException exception)
    {
        exception.Code.ShouldBeOneOf("kafka-unreachable", "kafka-tls-failed");
        exception.Message.ShouldContain("CertificateLocation");
    }

    private static Task<SecuredCluster> StartAsync(KafkaListenerClientCertificates clients) =>
        SecuredCluster.StartAsync((authority, options) => options with { Tls = SecuredCluster.Tls(authority, clients) });

    private static KafkaBrokerOptions OptionsFor(SecuredCluster cluster, (string Certificate, string Key)? own = null, bool isShort = false) => new()
    {
        BootstrapServers = cluster.BootstrapServers,
        SecurityProtocol = KafkaSecurityProtocol.Ssl,
        Tls = new KafkaTlsOptions { CaLocation = cluster.Authority.CaLocation, CertificateLocation = own?.Certificate, KeyLocation = own?.Key },
        RequestTimeout = isShort ? Short : TimeSpan.FromMinutes(1),
    };
}
