using System.Text.Json.Nodes;

namespace Architecture.Deployment;

/// <summary>deploy/compose.yaml.</summary>
public sealed class ComposeTests
{
    private static readonly JsonNode Services = YamlNodes.Read("deploy/compose.yaml").Single().At("services");
    private static readonly Dictionary<string, string> Kafka = Services.Entries("kafka/environment");

    [Theory]
    [InlineData("KAFKA_KRAFT_MODE", "true")]
    [InlineData("KAFKA_PROCESS_ROLES", "controller,broker")]
    [InlineData("KAFKA_NODE_ID", "1")]
    [InlineData("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093")]
    [InlineData("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER")]
    [InlineData("KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT")]
    [InlineData("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "true")]
    public void Kafka_is_one_node_that_administers_itself_and_creates_topics(string name, string value) => Kafka[name].ShouldBe(value);

    [Fact]
    public void Kafka_listens_on_9092_for_this_machine_and_on_9093_for_the_controller()
    {
        Kafka["KAFKA_LISTENERS"].Split(',').ShouldBeSubsetOf(["PLAINTEXT://0.0.0.0:9092", "CONTROLLER://0.0.0.0:9093", "INTERNAL://0.0.0.0:29092"]);
        Kafka["KAFKA_LISTENERS"].ShouldStartWith("PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093");
        Kafka["KAFKA_ADVERTISED_LISTENERS"].ShouldStartWith("PLAINTEXT://localhost:9092");
    }

    [Fact]
    public void Containers_reach_Kafka_where_it_says_that_it_is()
    {
        Kafka["KAFKA_ADVERTISED_LISTENERS"].Split(',').ShouldContain($"INTERNAL://{Services.Text("app/environment/Ganglion__Kafka__BootstrapServers")}");
        Services.Text("kafka-ui/environment/KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS").ShouldBe(Services.Text("app/environment/Ganglion__Kafka__BootstrapServers"));
    }

    [Fact]
    public void There_is_no_ZooKeeper() => Services.ToJsonString().ShouldNotContain("zookeeper", Case.Insensitive);

    [Fact]
    public void What_one_broker_cannot_have_copies_of_has_none()
    {
        foreach (string name in (string[])["OFFSETS_TOPIC_REPLICATION_FACTOR", "TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "TRANSACTION_STATE_LOG_MIN_ISR"])
        {
            Kafka[$"KAFKA_{name}"].ShouldBe("1");
        }
    }

    [Fact]
    public void A_topic_that_Kafka_creates_is_as_wide_as_the_agents() => Kafka["KAFKA_NUM_PARTITIONS"].ShouldBe(Invoices.Partitions);

    [Fact]
    public void Kafka_a_look_into_it_a_server_of_models_and_the_sample_are_there() =>
        Services.AsObject().Select(service => service.Key).ShouldBe(["kafka", "kafka-ui", "ollama", "app"]);

    [Fact]
    public void Nothing_is_published_beyond_this_machine()
    {
        string[] published = [.. Services.AsObject().SelectMany(service => service.Value!.Texts("ports"))];

        published.ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));
    }

    [Fact]
    public void The_sample_can_write_nothing_and_may_nothing()
    {
        JsonNode app = Services.At("app");

        app.Text("read_only").ShouldBe("true");
        app.Texts("cap_drop").ShouldBe(["ALL"]);
        app.Texts("security_opt").ShouldBe(["no-new-privileges:true"]);
        app.Find("user").ShouldBeNull();
    }

    [Fact]
    public void Every_setting_of_the_sample_is_one_that_there_is() =>
        KafkaSettings.Unknown(Services.Entries("app/environment").Keys).ShouldBeEmpty();
}
