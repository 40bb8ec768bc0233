using System.Net;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Doctor;
using Ganglion.Kafka.Tests.Connecting;
using Ganglion.Kafka.Tests.Requests;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Ganglion.Kafka.Tests.Doctor;

/// <summary>What the doctor finds on clusters of several kinds.</summary>
public sealed class KafkaDoctorTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private KafkaListener _listener = null!;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _listener = await KafkaListener.StartAsync(
        _broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }, Timeout);

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_that_is_well_has_no_faults()
    {
        await CreateAsync("counter.inbox", CleanupPolicy.Delete);
        await CreateAsync("counter.state", CleanupPolicy.Compact);
        await CreateAsync("counter.timers", CleanupPolicy.Compact);
        await CreateAsync("counter.journal", CleanupPolicy.Compact);

        IReadOnlyList<Finding> findings = await ExamineAsync(_listener.EndPoint.ToString());

        findings.ShouldNotContain(finding => finding.Level > FindingLevel.Unknown);
        findings.Single(finding => finding.Check == "native client").ShouldBe(FindingLevel.Ok, "native client librdkafka 2.");
        findings.Single(finding => finding.Check == "cluster").Text.ShouldContain(_listener.EndPoint.ToString());
        findings.Single(finding => finding.Check == "versions").ShouldBe(FindingLevel.Ok, "versions the brokers know all that is needed: Produce ");
        findings.ShouldContain(finding => finding.Check == "rights: topics");
        findings.ShouldContain(finding => finding.Check == "rights: groups");
        findings.Single(finding => finding.Check == "agent counter").ShouldBe(FindingLevel.Ok, "agent counter its topics have 2 partitions each, and keep what they must.");
    }

    [Fact(Timeout = 60_000)]
    public async Task Topics_that_are_not_as_agents_need_them_are_told()
    {
        await CreateAsync("counter.inbox", CleanupPolicy.Delete);
        await CreateAsync("counter.state", CleanupPolicy.Delete);
        await CreateAsync("counter.timers", CleanupPolicy.Compact, partitions: 3);
        await CreateAsync("counter.journal", CleanupPolicy.Compact);

        IReadOnlyList<Finding> findings = await ExamineAsync(_listener.EndPoint.ToString());

        findings.Where(finding => finding.Level == FindingLevel.Fault).Select(finding => finding.Check).ShouldBe(["counter.state", "counter.timers"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_probe_writes_and_reads_and_leaves_nothing()
    {
        IReadOnlyList<Finding> findings = await ExamineAsync(_listener.EndPoint.ToString(), probes: true);

        findings.Single(finding => finding.Check == "probe").ShouldBe(FindingLevel.Ok, "probe a topic was created, written to in a transaction, and read.");
        findings.Count(finding => finding.Check == "clock").ShouldBe(1);
        (await _broker.Topics.ListAsync(Timeout)).ShouldNotContain(topic => topic.Name.StartsWith("ganglion.doctor.", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_probe_goes_on_when_an_answer_is_lost()
    {
        await using RefusingCluster cluster = await RefusingCluster.StartAsync();
        cluster.RefuseNext(RefusingCluster.CreateTopics, "", RefusingCluster.Lost);
        cluster.RefuseNext(RefusingCluster.DeleteTopics, "", RefusingCluster.Lost);

        IReadOnlyList<Finding> findings = await ExamineAsync(cluster.BootstrapServers, probes: true);

        findings.Single(finding => finding.Check == "probe").ShouldBe(FindingLevel.Ok, "probe a topic was created, written to in a transaction, and read.");
        (await cluster.Embedded.Topics.ListAsync(Timeout)).ShouldNotContain(topic => topic.Name.StartsWith("ganglion.doctor.", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_probe_that_is_given_up_leaves_nothing_either()
    {
        await using RefusingCluster cluster = await RefusingCluster.StartAsync();
        using var givingUp = CancellationTokenSource.CreateLinkedTokenSource(Timeout);
        cluster.DoBefore(RefusingCluster.InitProducerId, givingUp.CancelAsync);

        await Should.ThrowAsync<OperationCanceledException>(() => ExamineAsync(cluster.BootstrapServers, probes: true, givingUp.Token));

        cluster.CountOf(RefusingCluster.DeleteTopics).ShouldBe(1);
        (await cluster.Embedded.Topics.ListAsync(Timeout)).ShouldNotContain(topic => topic.Name.StartsWith("ganglion.doctor.", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_probe_whose_topic_cannot_be_deleted_says_so()
    {
        await using RefusingCluster cluster = await RefusingCluster.StartAsync();
        cluster.RefuseNext(RefusingCluster.DeleteTopics, "ganglion.doctor", (short)ErrorCode.TopicAuthorizationFailed);

        IReadOnlyList<Finding> findings = await ExamineAsync(cluster.BootstrapServers, probes: true);

        findings.Where(finding => finding.Check == "probe").Last().ShouldBe(FindingLevel.Warning, "probe The topic 'ganglion.doctor.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_that_is_deleted_while_it_is_examined_hides_no_other()
    {
        await using RefusingCluster cluster = await RefusingCluster.StartAsync();
        await cluster.Embedded.Topics.CreateAsync("gone", cancellationToken: Timeout);
        await cluster.Embedded.Topics.CreateAsync("word.dlq", new TopicSettings { Cleanup = CleanupPolicy.Compact }, Timeout);
        BeforeTopicSettings(cluster, async () => await cluster.Embedded.Topics.DeleteAsync("gone", Timeout));

        IReadOnlyList<Finding> findings = await ExamineAsync(cluster.BootstrapServers);

        findings.ShouldNotContain(finding => finding.Check == "topic settings");
        findings.Single(finding => finding.Check == "word.dlq").ShouldBe(FindingLevel.Fault, "word.dlq compacts");
    }

    [Fact(Timeout = 60_000)]
    public async Task Topics_whose_settings_may_not_be_seen_are_named()
    {
        await using RefusingCluster cluster = await RefusingCluster.StartAsync();
        await cluster.Embedded.Topics.CreateAsync("word.dlq", cancellationToken: Timeout);
        BeforeTopicSettings(cluster, () =>
        {
            cluster.RefuseNext(RefusingCluster.DescribeConfigs, "word.dlq", (short)ErrorCode.TopicAuthorizationFailed);
            return Task.CompletedTask;
        });

        IReadOnlyList<Finding> findings = await ExamineAsync(cluster.BootstrapServers);

        findings.Single(finding => finding.Check == "topic settings").ShouldBe(FindingLevel.Warning, "topic settings could not be asked of 'word.dlq': ");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_cluster_does_not_answer_is_told_and_is_no_fault()
    {
        await using MockCluster cluster = await MockCluster.StartAsync();
        await cluster.CreateTopicAsync("counter.inbox", 2);

        IReadOnlyList<Finding> findings = await ExamineAsync(cluster.BootstrapServers, probes: true);

        findings.ShouldNotContain(finding => finding.Level == FindingLevel.Fault);
        findings.Where(finding => finding.Level == FindingLevel.Unknown).Select(finding => finding.Check)
            .ShouldBe(["rights: cluster", "broker settings", "topic settings", "groups", "rights: topics", "probe"]);
        findings.Where(finding => finding.Level == FindingLevel.Unknown).ShouldAllBe(finding => finding.Text.StartsWith("could not be asked: "));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cluster_that_talks_otherwise_is_told_with_what_to_check()
    {
        var options = new KafkaBrokerOptions { BootstrapServers = _listener.EndPoint.ToString(), SecurityProtocol = KafkaSecurityProtocol.Ssl };

        Finding finding = (await ExamineAsync(options))[^1];

        finding.Check.ShouldBe("connection");
        finding.Level.ShouldBe(FindingLevel.Fault);
        finding.Text.ShouldContain("PLAINTEXT");
        finding.Text.ShouldContain("SecurityProtocol");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_password_is_told_and_not_shown()
    {
        await using var listener = new SaslListener(refuses: true);
        var options = new KafkaBrokerOptions
        {
            BootstrapServers = listener.Address,
            SecurityProtocol = KafkaSecurityProtocol.SaslPlaintext,
            Sasl = new KafkaSaslOptions { Mechanism = KafkaSaslMechanism.Plain, Username = "agents", Password = "hush" },
        };

        IReadOnlyList<Finding> findings = await ExamineAsync(options);

        findings[^1].Text.ShouldContain("Invalid username or password");
        findings.ShouldContain(finding => finding.Check == "settings" && finding.Text.Contains("PLAIN as agents", StringComparison.Ordinal));
        findings.ShouldAllBe(finding => !finding.ToString().Contains("hush", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Settings_that_cannot_be_are_all_told_and_nobody_is_asked()
    {
        IReadOnlyList<Finding> findings = await ExamineAsync(new KafkaBrokerOptions
        {
            SecurityProtocol = KafkaSecurityProtocol.SaslSsl,
            Client = new Dictionary<string, string> { ["acks"] = "1" },
        });

        findings.Where(finding => finding.Level == FindingLevel.Fault).Select(finding => finding.Check).ShouldBe(["settings", "settings", "settings"]);
        findings.Count.ShouldBe(4);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_examination_can_be_given_up()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Timeout);
        Task examining = KafkaDoctor.ExamineAsync(
            new KafkaBrokerOptions { BootstrapServers = "127.0.0.1:1" }, null, [], probes: false, TimeSpan.FromMinutes(10), cancellation.Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => examining.WaitAsync(TimeSpan.FromSeconds(10), Timeout));
    }

    private static Task<IReadOnlyList<Finding>> ExamineAsync(string servers, bool probes = false, CancellationToken? cancellationToken = null) =>
        ExamineAsync(new KafkaBrokerOptions { BootstrapServers = servers }, probes, cancellationToken);

    private static Task<IReadOnlyList<Finding>> ExamineAsync(
        KafkaBrokerOptions options, bool probes = false, CancellationToken? cancellationToken = null) =>
        KafkaDoctor.ExamineAsync(options, null, [], probes, TimeSpan.FromSeconds(3), cancellationToken ?? Timeout);

    // Those of the broker are asked for first.
    private static void BeforeTopicSettings(RefusingCluster cluster, Func<Task> action) => cluster.DoBefore(RefusingCluster.DescribeConfigs, () =>
    {
        cluster.DoBefore(RefusingCluster.DescribeConfigs, action);
        return Task.CompletedTask;
    });

    private async Task CreateAsync(string name, CleanupPolicy cleanup, int partitions = 2) =>
        await _broker.Topics.CreateAsync(name, new TopicSettings { Partitions = partitions, Cleanup = cleanup }, Timeout);
}
