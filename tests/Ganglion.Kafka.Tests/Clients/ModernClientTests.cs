namespace Ganglion.Kafka.Tests.Clients;

/// <summary>What a client can do besides that knows the groups of KIP-848.</summary>
public abstract class ModernClientTests(ClientFixture fixture) : KafkaClientTests(fixture)
{
    [Fact(Timeout = 120_000)]
    public Task Three_members_share_a_topic_as_the_broker_says_and_take_over_from_one_that_is_killed_and_one_that_leaves() =>
        ShareAsync(((ScriptClient)Client).StartModernMember);
}
