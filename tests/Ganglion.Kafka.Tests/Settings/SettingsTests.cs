using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Settings;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Kafka.Tests.Settings;

/// <summary>From the configuration to what the native clients are given.</summary>
public sealed class SettingsTests
{
    public SettingsTests() => NativeClient.Load();

    [Fact]
    public void Every_setting_with_a_property_reaches_the_clients_that_it_is_for()
    {
        ClientSettings settings = Check(
            """
            BootstrapServers=one:9093,two:9093
            SecurityProtocol=SASL_SSL
            Sasl:Mechanism=SCRAM-SHA-512
            Sasl:Username=agents
            Sasl:Password=secret
            Tls:CaLocation=probe
            Tls:VerifyHostName=false
            Producer:Linger=00:00:00.0200000
            Producer:BatchBytes=65536
            Producer:Compression=zstd
            Consumer:SessionTimeout=00:00:12
            Consumer:HeartbeatInterval=00:00:01
            Consumer:InstanceId=pod-1
            Consumer:FetchMinBytes=1000
            Consumer:FetchMaxWait=00:00:00.2500000
            Consumer:FetchMaxBytes=1000000
            Consumer:MaxPartitionFetchBytes=500000
            AutoCreateTopics=false
            TransactionTimeout=00:00:20
            Client:socket.keepalive.enable=true
            """);

        Dictionary<string, string> common = settings.ForAdministration("a");
        common.ShouldBe(
            new Dictionary<string, string>
            {
                ["bootstrap.servers"] = "one:9093,two:9093",
                ["client.id"] = "a",
                ["security.protocol"] = "sasl_ssl",
                ["sasl.mechanisms"] = "SCRAM-SHA-512",
                ["sasl.username"] = "agents",
                ["sasl.password"] = "secret",
                ["ssl.ca.location"] = "probe",
                ["ssl.endpoint.identification.algorithm"] = "none",
                ["socket.keepalive.enable"] = "true",
            },
            ignoreOrder: true);
        Own(settings.ForTransactions("a", "id"), common).ShouldBe(
            new Dictionary<string, string>
            {
                ["linger.ms"] = "20",
                ["batch.size"] = "65536",
                ["compression.type"] = "zstd",
                ["message.max.bytes"] = "100000000",
                ["enable.idempotence"] = "true",
                ["acks"] = "all",
                ["partitioner"] = "murmur2_random",
                ["allow.auto.create.topics"] = "false",
                ["topic.metadata.refresh.interval.ms"] = "10000",
                ["topic.metadata.propagation.max.ms"] = "5000",
                ["transactional.id"] = "id",
                ["transaction.timeout.ms"] = "20000",
            },
            ignoreOrder: true);
        Dictionary<string, string> member = settings.ForMember(new ConsumerOptions { GroupId = "group", Topics = [] });
        member["session.timeout.ms"].ShouldBe("12000");
        member["heartbeat.interval.ms"].ShouldBe("1000");
        member["group.instance.id"].ShouldBe("pod-1");
        settings.ForGroup("a", "group").ShouldNotContainKey("group.instance.id");
        Dictionary<string, string> fetcher = settings.ForFetcher("a");
        fetcher["fetch.min.bytes"].ShouldBe("1000");
        fetcher["fetch.wait.max.ms"].ShouldBe("250");
        fetcher["fetch.max.bytes"].ShouldBe("1000000");
        fetcher["max.partition.fetch.bytes"].ShouldBe("500000");
        fetcher.ShouldNotContainKey("linger.ms");
    }

    [Fact]
    public void What_nobody_has_set_is_as_the_consumer_asks()
    {
        ClientSettings settings = Check("BootstrapServers=one");

        Dictionary<string, string> member = settings.ForMember(
            new ConsumerOptions { GroupId = "group", Topics = [], SessionTimeout = TimeSpan.FromSeconds(10), HeartbeatInterval = TimeSpan.FromSeconds(1) });

        member["session.timeout.ms"].ShouldBe("10000");
        member["heartbeat.interval.ms"].ShouldBe("1000");
        member["max.poll.interval.ms"].ShouldBe("300000");
        member.ShouldNotContainKey("security.protocol");
    }

    [Fact]
    public void A_short_session_has_heartbeats_that_keep_it()
    {
        Dictionary<string, string> member = Check("BootstrapServers=one\nConsumer:SessionTimeout=00:00:06")
            .ForMember(new ConsumerOptions { GroupId = "group", Topics = [] });

        member["heartbeat.interval.ms"].ShouldBe("1500");
    }

    [Theory]
    [InlineData("Sasl:Mechanism=Plain\nSasl:Username=u\nSasl:Password=p", "sasl_ssl")]
    [InlineData("Tls:CaLocation=probe", "ssl")]
    [InlineData("SecurityProtocol=SaslPlaintext\nSasl:Mechanism=Plain\nSasl:Username=u\nSasl:Password=p", "sasl_plaintext")]
    [InlineData("Client:security.protocol=SASL_PLAINTEXT\nSasl:Mechanism=Plain\nSasl:Username=u\nSasl:Password=p", "SASL_PLAINTEXT")]
    public void No_password_goes_in_the_open_unless_somebody_says_so(string lines, string protocol) =>
        Check("BootstrapServers=one\n" + lines).ForAdministration("a")["security.protocol"].ShouldBe(protocol);

    [Theory]
    [InlineData("socket.keepalive.enable", "socket.keepalive.enable")]
    [InlineData("SOCKET_KEEPALIVE_ENABLE", "socket.keepalive.enable")]
    [InlineData("log_level", "log_level")]
    [InlineData("queue.buffering.max.ms", "linger.ms")]
    public void A_setting_that_is_passed_through_may_be_written_as_variables_of_the_environment_are(string written, string name)
    {
        string variable = $"GANGLION{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{variable}Ganglion__Kafka__Client__{written}", "1");
        Environment.SetEnvironmentVariable($"{variable}Ganglion__Kafka__BootstrapServers", "one");

        ClientSettings settings = Check(new ConfigurationBuilder().AddEnvironmentVariables(variable).Build());

        settings.ForAdministration("a")[name].ShouldBe("1");
    }

    [Theory]
    [InlineData("true")]
    [InlineData("007")]
    [InlineData(" with spaces ")]
    [InlineData("a=b;c=d,e")]
    [InlineData("\"quoted\" 'twice' \\n $HOME %PATH% {0}")]
    [InlineData("Grüße 😀")]
    public void A_secret_of_the_environment_is_the_text_that_it_is(string password)
    {
        string variable = $"GANGLION{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{variable}Ganglion__Kafka__BootstrapServers", "one");
        Environment.SetEnvironmentVariable($"{variable}Ganglion__Kafka__Sasl__Mechanism", "Plain");
        Environment.SetEnvironmentVariable($"{variable}Ganglion__Kafka__Sasl__Username", "agents");
        Environment.SetEnvironmentVariable($"{variable}Ganglion__Kafka__Sasl__Password", password);

        ClientSettings settings = Check(new ConfigurationBuilder().AddEnvironmentVariables(variable).Build());

        settings.ForAdministration("a")["sasl.password"].ShouldBe(password);
    }

    [Fact]
    public void The_text_of_the_options_has_no_secrets()
    {
        var options = new KafkaBrokerOptions
        {
            BootstrapServers = "one",
            Sasl = new KafkaSaslOptions { Mechanism = KafkaSaslMechanism.Plain, Username = "agents", Password = "hush" },
            Tls = new KafkaTlsOptions { KeyLocation = "client.key", KeyPassword = "hush" },
            Client = new Dictionary<string, string> { ["ssl.keystore.password"] = "hush" },
        };

        string text = options.ToString();

        text.ShouldContain("agents");
        text.ShouldContain("client.key");
        text.ShouldNotContain("hush");
    }

    private static Dictionary<string, string> Own(Dictionary<string, string> settings, Dictionary<string, string> common) =>
        settings.Where(setting => !common.ContainsKey(setting.Key)).ToDictionary();

    private static ClientSettings Check(string lines) => Check(Configuration.Of(lines));

    private static ClientSettings Check(IConfiguration configuration)
    {
        var faults = new List<string>();
        KafkaBrokerOptions options = KafkaSection.Read(configuration, faults);
        return new ClientSettings(options, CheckedSettings.Of(options, faults));
    }
}
