using Ganglion.Kafka.Doctor;

namespace Ganglion.Kafka.Tests.Doctor;

/// <summary>Topics against what the agents need of them.</summary>
public sealed class TopicExaminationTests
{
    private static readonly ExaminedTopic[] Good =
    [
        Events("counter.inbox", 8),
        Compacted("counter.state", 8),
        Compacted("counter.timers", 8),
        Compacted("counter.journal", 8),
        Compacted("ganglion.agents", 1),
        Compacted("ganglion.pauses", 1),
        Compacted("ganglion.budgets", 1),
        Compacted("ganglion.subscriptions", 1),
        Compacted("ganglion.deadletters", 1),
        Events("ganglion.clients.inbox", 8),
        Events("word", 4),
        Events("word.dlq", 4) with { RetentionMs = -1 },
    ];

    [Fact]
    public void Topics_as_agents_make_them_are_as_they_must_be()
    {
        var examination = new TopicExamination(Good, brokers: 3);

        examination.Agents.ShouldBe(["counter"]);
        examination.Examine().ShouldHaveSingleItem().ShouldBe(
            Finding.Ok("agent counter", "its topics have 8 partitions each, and keep what they must."));
    }

    [Fact]
    public void Topics_of_an_agent_have_as_many_partitions_as_its_inbox() =>
        Change("counter.journal", topic => topic with { Partitions = 4 }).ShouldBe(FindingLevel.Fault, "counter.journal has 4 partitions, but counter.inbox has 8");

    [Theory]
    [InlineData("counter.state")]
    [InlineData("counter.timers")]
    [InlineData("counter.journal")]
    [InlineData("ganglion.agents")]
    [InlineData("ganglion.deadletters")]
    public void What_is_to_be_remembered_is_not_removed_by_age(string name)
    {
        Change(name, topic => topic with { Cleanup = "delete" }).ShouldBe(FindingLevel.Fault, $"{name} has cleanup.policy=delete");
        Change(name, topic => topic with { Cleanup = "compact,delete" }).ShouldBe(FindingLevel.Fault, $"{name} has cleanup.policy=compact,delete");
        Change(name, topic => topic with { Cleanup = "" }).ShouldBe(FindingLevel.Warning, $"{name} is not compacted");
    }

    [Fact]
    public void Events_are_not_compacted_away() =>
        Change("counter.inbox", topic => topic with { Cleanup = "compact" }).ShouldBe(FindingLevel.Fault, "counter.inbox compacts");

    [Fact]
    public void A_control_topic_has_one_partition() =>
        Change("ganglion.subscriptions", topic => topic with { Partitions = 2 }).ShouldBe(FindingLevel.Fault, "ganglion.subscriptions has 2 partitions, of which only the first is read");

    [Fact]
    public void Dead_letters_are_kept()
    {
        Change("word.dlq", topic => topic with { RetentionMs = 86_400_000 }).ShouldBe(FindingLevel.Warning, "word.dlq keeps dead letters for 1.00:00:00 only");
        Change("word.dlq", topic => topic with { Cleanup = "compact" }).ShouldBe(FindingLevel.Fault, "word.dlq compacts");
    }

    [Fact]
    public void What_comes_of_an_event_fits() =>
        Change("counter.state", topic => topic with { MaxMessageBytes = 1_000 }).ShouldBe(FindingLevel.Warning, "counter.state takes records up to 1000 bytes");

    [Fact]
    public void A_topic_that_is_missing_is_told() =>
        new TopicExamination([.. Good.Where(topic => topic.Name != "counter.timers")]).Examine().ShouldHaveSingleItem()
            .ShouldBe(FindingLevel.Warning, "counter.timers is not there");

    [Fact]
    public void Copies_outlive_a_broker()
    {
        Change("counter.state", topic => topic with { Replicas = 1, MinInSync = 1 }).ShouldBe(FindingLevel.Warning, "counter.state has 1 copy, though there are 3 brokers");
        Change("counter.state", topic => topic with { Replicas = 3, MinInSync = 1 }).ShouldBe(FindingLevel.Warning, "counter.state one copy is enough");
        Change("counter.state", topic => topic with { Replicas = 3, MinInSync = 3 }).ShouldBe(FindingLevel.Warning, "counter.state all of its 3 copies must have each record");
        Change("counter.state", topic => topic with { Replicas = 1, MinInSync = 2 }).ShouldBe(FindingLevel.Fault, "counter.state has 1 copies, of which 2 must have each record: nothing can be written");
        Change("counter.state", topic => topic with { Lagging = 2 }).ShouldBe(FindingLevel.Warning, "counter.state 2 partitions have copies that are behind");
    }

    [Fact]
    public void What_is_wrong_with_many_topics_alike_is_told_once()
    {
        IReadOnlyList<Finding> findings = new TopicExamination([.. Good.Select(topic => topic with { Replicas = 1, MinInSync = 1 })], brokers: 3).Examine();

        findings.Where(finding => finding.Level == FindingLevel.Warning).ShouldHaveSingleItem()
            .ShouldBe(FindingLevel.Warning, "topics counter.inbox, counter.state, counter.timers, counter.journal, ganglion.agents, ");
    }

    [Fact]
    public void What_could_not_be_asked_is_no_fault() => new TopicExamination(
    [
        .. Good.Select(topic => new ExaminedTopic(topic.Name, topic.Partitions)),
    ]).Examine().ShouldHaveSingleItem().ShouldBe(FindingLevel.Ok, "agent counter its topics have 8 partitions each.");

    private static Finding Change(string name, Func<ExaminedTopic, ExaminedTopic> change) =>
        new TopicExamination([.. Good.Select(topic => topic.Name == name ? change(topic) : topic)], brokers: 3)
            .Examine().Where(finding => finding.Level != FindingLevel.Ok).ShouldHaveSingleItem();

    private static ExaminedTopic Events(string name, int partitions) => new(name, partitions)
    {
        Cleanup = "delete",
        RetentionMs = 604_800_000,
        MaxMessageBytes = 1_048_588,
        Replicas = 3,
        MinInSync = 2,
    };

    private static ExaminedTopic Compacted(string name, int partitions) => Events(name, partitions) with { Cleanup = "compact" };
}
