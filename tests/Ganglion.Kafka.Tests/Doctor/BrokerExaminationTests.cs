using Ganglion.Kafka.Doctor;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Settings;

namespace Ganglion.Kafka.Tests.Doctor;

/// <summary>The settings of a broker against those of the client.</summary>
public sealed class BrokerExaminationTests
{
    private static readonly Dictionary<string, string> Good = new()
    {
        ["transaction.max.timeout.ms"] = "900000",
        ["group.min.session.timeout.ms"] = "6000",
        ["group.max.session.timeout.ms"] = "1800000",
        ["default.replication.factor"] = "3",
        ["min.insync.replicas"] = "2",
        ["transaction.state.log.replication.factor"] = "3",
        ["transaction.state.log.min.isr"] = "2",
    };

    public BrokerExaminationTests() => NativeClient.Load();

    [Fact]
    public void A_broker_that_allows_what_is_configured_is_well() =>
        Examine([], new KafkaBrokerOptions()).ShouldHaveSingleItem().ShouldBe(FindingLevel.Ok, "broker settings they allow what is configured.");

    [Fact]
    public void What_a_broker_does_not_tell_is_no_fault() =>
        BrokerExamination.Examine(new Dictionary<string, string>(), new KafkaBrokerOptions(), NativeSettings.Of(new KafkaBrokerOptions(), []), brokers: 3)
            .ShouldHaveSingleItem().Level.ShouldBe(FindingLevel.Ok);

    [Theory]
    [InlineData("transaction.max.timeout.ms", "5000", "transaction.max.timeout.ms is 5000: no transaction can last 10000 ms.")]
    [InlineData("group.min.session.timeout.ms", "60000", "group.min.session.timeout.ms to group.max.session.timeout.ms is 60000 to 1800000: no session can last 45000 ms.")]
    [InlineData("group.max.session.timeout.ms", "30000", "group.min.session.timeout.ms to group.max.session.timeout.ms is 6000 to 30000: no session")]
    [InlineData("min.insync.replicas", "4", "default.replication.factor is 3, but min.insync.replicas is 4: nothing can be written.")]
    [InlineData("transaction.state.log.min.isr", "4", "transaction.state.log.replication.factor is 3, but transaction.state.log.min.isr is 4")]
    public void What_a_broker_does_not_allow_is_told(string name, string value, string text) =>
        Examine(new() { [name] = value }, new KafkaBrokerOptions()).ShouldHaveSingleItem().ShouldBe(FindingLevel.Fault, $"broker settings {text}");

    [Fact]
    public void The_session_that_is_configured_counts()
    {
        var options = new KafkaBrokerOptions { Consumer = new KafkaConsumerOptions { SessionTimeout = TimeSpan.FromSeconds(5) } };

        Examine([], options).ShouldHaveSingleItem().ShouldBe(
            FindingLevel.Fault, "broker settings group.min.session.timeout.ms to group.max.session.timeout.ms is 6000 to 1800000: no session can last 5000 ms.");
    }

    [Fact]
    public void One_copy_is_few_among_three_brokers() =>
        Examine(new() { ["default.replication.factor"] = "1", ["min.insync.replicas"] = "1" }, new KafkaBrokerOptions()).ShouldHaveSingleItem()
            .ShouldBe(FindingLevel.Warning, "broker settings default.replication.factor is 1, though there are 3 brokers");

    private static IEnumerable<Finding> Examine(Dictionary<string, string> changes, KafkaBrokerOptions options)
    {
        var broker = new Dictionary<string, string>(Good);
        foreach ((string name, string value) in changes)
        {
            broker[name] = value;
        }

        return BrokerExamination.Examine(broker, options, NativeSettings.Of(options, []), brokers: 3);
    }
}
