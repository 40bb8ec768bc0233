using Confluent.Kafka;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Listener.Security;

/// <summary>Clients that nobody here has written, and agents, prove who they are by a password.</summary>
public sealed class SaslTests
{
    // What must be escaped somewhere: in SCRAM, in UTF-8, in a shell.
    private const string User = "al,ice=1";
    private const string Password = "wönder=,land$ ";

    public SaslTests() => NativeClient.Load();

    [Theory(Timeout = 120_000)]
    [InlineData(SecurityProtocol.SaslPlaintext, SaslMechanism.Plain)]
    [InlineData(SecurityProtocol.SaslPlaintext, SaslMechanism.ScramSha256)]
    [InlineData(SecurityProtocol.SaslPlaintext, SaslMechanism.ScramSha512)]
    [InlineData(SecurityProtocol.SaslSsl, SaslMechanism.Plain)]
    [InlineData(SecurityProtocol.SaslSsl, SaslMechanism.ScramSha256)]
    [InlineData(SecurityProtocol.SaslSsl, SaslMechanism.ScramSha512)]
    public async Task A_client_that_knows_the_password_writes_and_reads(SecurityProtocol protocol, SaslMechanism mechanism)
    {
        await using SecuredCluster cluster = await StartAsync(hasTls: protocol == SecurityProtocol.SaslSsl);

        await SecuredClient.WriteAndReadAsync(new ClientConfig
        {
            BootstrapServers = cluster.BootstrapServers,
            SecurityProtocol = protocol,
            SslCaLocation = protocol == SecurityProtocol.SaslSsl ? cluster.Authority.CaLocation : null,
            SaslMechanism = mechanism,
            SaslUsername = User,
            SaslPassword = Password,
        });

        await cluster.WaitForLogAsync($"is '{User}'");
        ShouldNotShowPasswords(cluster);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(KafkaSaslMechanism.Plain)]
    [InlineData(KafkaSaslMechanism.ScramSha256)]
    [InlineData(KafkaSaslMechanism.ScramSha512)]
    public async Task An_agent_runs_with_a_password_over_TLS(KafkaSaslMechanism mechanism)
    {
        await using SecuredCluster cluster = await StartAsync();

        await SecuredClient.RunAgentAsync(OptionsFor(cluster, mechanism, User, Password));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(KafkaSaslMechanism.Plain, User, "wonderland")]
    [InlineData(KafkaSaslMechanism.Plain, "nobody", Password)]
    [InlineData(KafkaSaslMechanism.ScramSha256, User, "wonderland")]
    [InlineData(KafkaSaslMechanism.ScramSha256, "nobody", Password)]
    [InlineData(KafkaSaslMechanism.ScramSha512, User, "wonderland")]
    [InlineData(KafkaSaslMechanism.ScramSha512, "nobody", Password)]
    public async Task A_wrong_password_and_an_unknown_user_are_refused_alike(KafkaSaslMechanism mechanism, string user, string password)
    {
        await using SecuredCluster cluster = await StartAsync();

        KafkaException exception = await SecuredClient.FailAsync(OptionsFor(cluster, mechanism, user, password));

        exception.Code.ShouldBe("kafka-unauthenticated", exception.Message);
        exception.Message.ShouldContain("Authentication failed.");
        exception.ToString().ShouldNotContain(password);
        await cluster.WaitForLogAsync($"not let in: It says that it is '{user}'. There is no such user, or the password is another.");
        ShouldNotShowPasswords(cluster);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_mechanism_that_the_listener_does_not_have_is_told()
    {
        await using SecuredCluster cluster = await StartAsync(mechanisms: KafkaListenerMechanisms.ScramSha512);

        KafkaException exception = await SecuredClient.FailAsync(OptionsFor(cluster, KafkaSaslMechanism.ScramSha256, User, Password));

        exception.Code.ShouldBe("kafka-unauthenticated", exception.Message);
        exception.Message.ShouldContain("SCRAM-SHA-512");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_client_that_has_no_password_is_told_what_to_look_at()
    {
        await using SecuredCluster cluster = await StartAsync();
        KafkaBrokerOptions options = OptionsFor(cluster, KafkaSaslMechanism.Plain, User, Password) with
        {
            Sasl = new KafkaSaslOptions(), SecurityProtocol = KafkaSecurityProtocol.Ssl, RequestTimeout = TimeSpan.FromSeconds(2),
        };

        KafkaException exception = await SecuredClient.FailAsync(options);

        exception.Message.ShouldContain("SecurityProtocol");
        await cluster.WaitForLogAsync("before it has proved who it is");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_password_and_a_certificate_are_both_needed_where_both_are_asked_for()
    {
        await using SecuredCluster cluster = await StartAsync(clients: KafkaListenerClientCertificates.Required);
        (string certificate, string key) = cluster.Authority.Issue("agents");
        KafkaBrokerOptions options = OptionsFor(cluster, KafkaSaslMechanism.ScramSha256, User, Password);
        KafkaTlsOptions own = options.Tls with { CertificateLocation = certificate, KeyLocation = key };

        await SecuredClient.RunAgentAsync(options with { Tls = own });
        await SecuredClient.FailAsync(options with { RequestTimeout = TimeSpan.FromSeconds(2) });

        KafkaException exception = await SecuredClient.FailAsync(OptionsFor(cluster, KafkaSaslMechanism.ScramSha256, User, "wonderland") with { Tls = own });
        exception.Code.ShouldBe("kafka-unauthenticated", exception.Message);
    }

    [Fact(Timeout = 120_000)]
    public async Task Kcat_lists_what_there_is()
    {
        await using SecuredCluster cluster = await StartAsync();
        await using ForeignProgram kcat = ForeignProgram.Start(
            "kcat", "-L", "-b", cluster.BootstrapServers, "-X", "security.protocol=SASL_SSL", "-X", $"ssl.ca.location={cluster.Authority.CaLocation}",
            "-X", "sasl.mechanisms=SCRAM-SHA-256", "-X", "sasl.username=bob", "-X", "sasl.password=wonderful");

        (await kcat.EndAsync()).ShouldContain("broker 0 at");
    }

    [Theory(Timeout = 120_000)]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    public async Task Kafka_python_writes_and_reads(string mechanism)
    {
        await using SecuredCluster cluster = await StartAsync();
        await using ForeignProgram python = ForeignProgram.StartScript(
            "Foreign/secured.py", cluster.BootstrapServers, cluster.Authority.CaLocation, mechanism, "bob", "wonderful"); // It escapes nothing in names.

        (await python.EndAsync()).Trim().ShouldBe("Hi.");
    }

    private static void ShouldNotShowPasswords(SecuredCluster cluster) =>
        cluster.Log.ShouldAllBe(line => !line.Contains(Password, StringComparison.Ordinal) && !line.Contains("wonderland", StringComparison.Ordinal));

    private static Task<SecuredCluster> StartAsync(
        bool hasTls = true,
        KafkaListenerMechanisms mechanisms = KafkaListenerMechanisms.All,
        KafkaListenerClientCertificates clients = KafkaListenerClientCertificates.None) => SecuredCluster.StartAsync((authority, options) => options with
        {
            Tls = hasTls ? SecuredCluster.Tls(authority, clients) : null,
            Sasl = new KafkaListenerSaslOptions { Users = new Dictionary<string, string> { [User] = Password, ["bob"] = "wonderful" }, Mechanisms = mechanisms },
        });

    private static KafkaBrokerOptions OptionsFor(SecuredCluster cluster, KafkaSaslMechanism mechanism, string user, string password) => new()
    {
        BootstrapServers = cluster.BootstrapServers,
        SecurityProtocol = KafkaSecurityProtocol.SaslSsl,
        Sasl = new KafkaSaslOptions { Mechanism = mechanism, Username = user, Password = password },
        Tls = new KafkaTlsOptions { CaLocation = cluster.Authority.CaLocation },
    };
}
