using System.Text.Json.Nodes;
using static Architecture.Deployment.KubernetesFiles;

namespace Architecture.Deployment;

/// <summary>deploy/kubernetes: the cluster, its topics and users, and what is watched of it.</summary>
public sealed class KubernetesKafkaTests
{
    private static readonly Dictionary<string, JsonNode> Topics = All("KafkaTopic").ToDictionary(NameOf);
    private static readonly JsonNode User = Named("KafkaUser", Pod.Text("volumes/2/secret/secretName"));

    [Fact]
    public void The_cluster_runs_without_ZooKeeper()
    {
        string[] roles = [.. All("KafkaNodePool").SelectMany(pool => pool.Texts("spec/roles"))];

        roles.ShouldBe(["controller", "broker"]);
        Only("Kafka").At("spec").AsObject().ContainsKey("zookeeper").ShouldBeFalse();
    }

    [Fact]
    public void All_that_is_Strimzis_belongs_to_the_cluster()
    {
        string cluster = Only("Kafka").Text("metadata/name");

        All("KafkaNodePool").Concat(All("KafkaTopic")).Concat(All("KafkaUser"))
            .ShouldAllBe(resource => resource.At("metadata/labels")["strimzi.io/cluster"]!.GetValue<string>() == cluster);
    }

    [Fact]
    public void Everybody_reaches_the_cluster_at_its_listener_with_TLS()
    {
        JsonNode listener = Only("Kafka").At("spec/kafka/listeners/0");
        string address = $"{Only("Kafka").Text("metadata/name")}-kafka-bootstrap.{Only("Namespace").Text("metadata/name")}.svc:{listener.Text("port")}";

        listener.Text("tls").ShouldBe("true");
        listener.Text("authentication/type").ShouldBe("tls");
        KubernetesFiles.Environment["Ganglion__Kafka__BootstrapServers"].ShouldBe(address);
        Triggers().ShouldAllBe(trigger => trigger.Text("bootstrapServers") == address && trigger.Text("tls") == "enable");
    }

    [Fact]
    public void The_topics_are_those_of_the_code() =>
        Topics.Keys.Order(StringComparer.Ordinal).ShouldBe(Invoices.WideTopics.Concat(Invoices.NarrowTopics).Order(StringComparer.Ordinal));

    [Fact]
    public void The_topics_have_as_many_partitions_as_in_the_code()
    {
        Invoices.WideTopics.ShouldAllBe(topic => Topics[topic].Text("spec/partitions") == Invoices.Partitions);
        Invoices.NarrowTopics.ShouldAllBe(topic => Topics[topic].Text("spec/partitions") == "1");
    }

    [Theory]
    [InlineData(".state")]
    [InlineData(".timers")]
    [InlineData(".journal")]
    public void What_an_agent_remembers_is_compacted(string suffix) => CleanupOf(Invoices.Agent + suffix).ShouldBe("compact");

    [Fact]
    public void What_is_kept_for_one_partition_is_compacted_or_kept_for_ever() => Invoices.NarrowTopics.ShouldAllBe(topic =>
        CleanupOf(topic) == "compact" || Topics[topic].At("spec/config")["retention.ms"]!.ToString() == "-1");

    [Fact]
    public void The_processes_may_use_every_topic()
    {
        foreach (string topic in Topics.Keys)
        {
            OperationsOn("topic", topic).ShouldBe(["Read", "Write", "Describe", "DescribeConfigs", "Create"]);
        }
    }

    [Fact]
    public void The_processes_may_be_in_their_groups_and_write_transactions()
    {
        foreach (string group in (string[])[Invoices.Agent, $"{Invoices.Agent}.answers", "ganglion.fetchers"])
        {
            OperationsOn("group", group).ShouldBe(["Read", "Describe"]);
        }

        Invoices.Clients.Length.ShouldBeGreaterThan(5);
        foreach (string client in Invoices.Clients)
        {
            OperationsOn("transactionalId", $"{client}-{Guid.Empty}").ShouldBe(["Describe", "Write"]);
        }
    }

    [Fact]
    public void Scaling_watches_the_group_of_the_agent_on_topics_that_bring_work()
    {
        Triggers().ShouldAllBe(trigger => trigger.Text("consumerGroup") == Invoices.Agent);
        Triggers().Select(trigger => trigger.Text("topic")).ShouldBe(["invoice.created", $"{Invoices.Agent}.inbox"]);
    }

    [Fact]
    public void There_are_never_more_processes_than_partitions_to_share() =>
        Only("ScaledObject").Text("spec/maxReplicaCount").ShouldBe(Topics[$"{Invoices.Agent}.inbox"].Text("spec/partitions"));

    private static IEnumerable<JsonNode> Triggers() => Only("ScaledObject").At("spec/triggers").AsArray().Select(trigger => trigger!.At("metadata"));

    private static string NameOf(JsonNode topic) => (topic.Find("spec/topicName") ?? topic.At("metadata/name")).GetValue<string>();

    private static string CleanupOf(string topic) => Topics[topic].At("spec/config")["cleanup.policy"]!.GetValue<string>();

    private static string[] OperationsOn(string type, string name) => User.At("spec/authorization/acls").AsArray()
        .Single(rule => rule!.Text("resource/type") == type && Covers(rule!.At("resource"), name))!.Texts("operations");

    private static bool Covers(JsonNode resource, string name) => resource.Text("patternType") == "prefix"
        ? name.StartsWith(resource.Text("name"), StringComparison.Ordinal)
        : name == resource.Text("name");
}
