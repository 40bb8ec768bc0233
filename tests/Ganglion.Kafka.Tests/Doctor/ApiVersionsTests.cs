using Ganglion.Kafka.Doctor;

namespace Ganglion.Kafka.Tests.Doctor;

/// <summary>What the brokers can do, as the native client's log tells it.</summary>
public sealed class ApiVersionsTests
{
    private static readonly (string Name, int Key, int Most)[] All =
        [("Produce", 0, 9), ("Fetch", 1, 12), ("InitProducerId", 22, 4), ("AddPartitionsToTxn", 24, 3), ("EndTxn", 26, 3), ("TxnOffsetCommit", 28, 3)];

    [Fact]
    public void Brokers_that_know_all_that_is_needed_are_well() =>
        Examine(All).ShouldHaveSingleItem().ShouldBe(FindingLevel.Ok, "versions the brokers know all that is needed: Produce 0–9, ");

    [Theory]
    [InlineData("Produce", 2, "The brokers know no Produce of version 3, which headers and transactions (Kafka 0.11) needs.")]
    [InlineData("TxnOffsetCommit", 2, "The brokers know no TxnOffsetCommit of version 3, which fencing a member that the group has given up (Kafka 2.5) needs.")]
    public void What_the_oldest_broker_does_not_know_is_told(string name, int most, string text)
    {
        (string Name, int Key, int Most) old = All.Single(api => api.Name == name) with { Most = most };

        Examine([.. All, old]).ShouldHaveSingleItem().ShouldBe(FindingLevel.Fault, $"versions {text}");
        Examine([old, .. All]).ShouldHaveSingleItem().ShouldBe(FindingLevel.Fault, $"versions {text}");
    }

    [Fact]
    public void What_no_broker_knows_at_all_is_told() =>
        Examine([.. All.Where(api => api.Name != "EndTxn")]).ShouldHaveSingleItem().ShouldBe(FindingLevel.Fault, "versions The brokers know no EndTxn of version 0");

    [Fact]
    public void What_the_client_does_not_tell_is_no_fault() => Examine([]).ShouldHaveSingleItem().Level.ShouldBe(FindingLevel.Unknown);

    private static IEnumerable<Finding> Examine((string Name, int Key, int Most)[] apis)
    {
        var versions = new ApiVersions();
        versions.Read("[thrd:main]: Feature MsgVer2: Produce (2..2) supported by broker");
        foreach ((string name, int key, int most) in apis)
        {
            versions.Read($"[thrd:main]:   ApiKey {name} ({key}) Versions 0..{most}");
        }

        return versions.Examine();
    }
}
