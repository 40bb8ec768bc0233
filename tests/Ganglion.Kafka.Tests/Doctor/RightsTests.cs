using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ganglion.Kafka.Doctor;

namespace Ganglion.Kafka.Tests.Doctor;

/// <summary>What a user may do against what agents do.</summary>
public sealed class RightsTests
{
    [Fact]
    public void Who_may_not_create_topics_is_warned_if_topics_are_to_be_created()
    {
        Rights.OfCluster([AclOperation.Describe], createsTopics: true).ShouldBe(FindingLevel.Warning, "rights: cluster The user may describe, but not create just any topic.");
        Rights.OfCluster([AclOperation.Describe], createsTopics: false).Level.ShouldBe(FindingLevel.Ok);
        Rights.OfCluster([AclOperation.Create], createsTopics: true).Level.ShouldBe(FindingLevel.Ok);
    }

    [Fact]
    public void What_a_cluster_does_not_tell_is_no_fault()
    {
        Rights.OfCluster(null, createsTopics: true).Level.ShouldBe(FindingLevel.Unknown);
        Rights.OfTopicsOf([Topic("counter.inbox")]).ShouldHaveSingleItem().Level.ShouldBe(FindingLevel.Unknown);
        Rights.OfTopicsOf([]).ShouldBeEmpty();
    }

    [Fact]
    public void Who_may_not_read_or_write_a_topic_of_an_agent_is_told_which()
    {
        AclOperation[] all = [AclOperation.Read, AclOperation.Write, AclOperation.Describe, AclOperation.Delete];

        Rights.OfTopicsOf([Topic("counter.inbox", all), Topic("counter.state", AclOperation.Describe)]).ShouldHaveSingleItem()
            .ShouldBe(FindingLevel.Fault, "rights: topics The user may not read, write the topic counter.state.");
        Rights.OfTopicsOf([Topic("counter.inbox", all), Topic("counter.state", all)]).ShouldHaveSingleItem()
            .ShouldBe(FindingLevel.Ok, "rights: topics the user may read, write, describe all 2 topics of the agents.");
    }

    [Fact]
    public void Who_may_not_join_a_group_is_told_which() =>
        Rights.OfGroupsOf([new ConsumerGroupDescription { GroupId = "counter", Error = new Error(ErrorCode.NoError), AuthorizedOperations = [AclOperation.Describe] }])
            .ShouldHaveSingleItem().ShouldBe(FindingLevel.Fault, "rights: groups The user may not read the group counter.");

    private static TopicDescription Topic(string name, params AclOperation[] operations) => new() { Name = name, AuthorizedOperations = [.. operations] };
}
