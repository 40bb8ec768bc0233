using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

/// <summary>Which topics members get partitions of, as these come, change and go.</summary>
public sealed class SubscriptionTests : ModernGroupsFixture
{
    [Fact(Timeout = 30_000)]
    public async Task A_topic_that_is_created_later_is_read_from_then_on()
    {
        FakeMember member = NewMember("only", null, "t", "later");
        member.Join();
        member.Follow();

        await CreateAsync("later", 2);

        member.Beat().Assignment!.Count.ShouldBe(6);
    }

    [Fact(Timeout = 30_000)]
    public async Task More_partitions_of_a_topic_are_handed_out()
    {
        FakeMember member = Join("only");

        Broker.Catalog.AddPartitions("t", 6, onlyValidates: false);

        member.Beat().Assignment!.Count.ShouldBe(6);
        member.Follow();
        member.Heartbeat();
        await CreateAsync("another", 2);
        member.Beat().Assignment.ShouldBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_topic_that_is_deleted_is_taken_away_and_one_of_its_name_is_another()
    {
        FakeMember member = Join("only");
        TopicIdPartition[] before = [.. member.Owned];
        await Broker.Topics.DeleteAsync("t", Deadline);

        member.Heartbeat().Assignment.ShouldBeEmpty();
        await CreateAsync("t", 2);
        member.Follow();
        HeartbeatResult result = member.Heartbeat();

        result.Assignment!.Count.ShouldBe(2);
        result.Assignment.ShouldNotContain(partition => before.Contains(partition));
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_subscribes_to_other_topics_gets_theirs_and_gives_the_others_up()
    {
        await CreateAsync("u", 3);
        FakeMember member = Join("only");

        member.Subscribe("u").Assignment.ShouldBeEmpty();
        member.Follow();

        member.Heartbeat().Assignment!.Count.ShouldBe(3);
        Groups.DescribeModern(Group)!.Members.ShouldHaveSingleItem().Topics.ShouldBe(["u"]);
    }

    [Fact]
    public void Whoever_subscribes_to_the_same_topics_again_disturbs_nobody()
    {
        FakeMember member = Join("only");

        member.Subscribe("t", "t").Epoch.ShouldBe(1);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_expression_means_whole_names_of_topics_that_are_there_and_that_come_later()
    {
        await CreateAsync("orders-eu", 1);
        await CreateAsync("old-orders-eu", 1);
        FakeMember member = NewExpression("orders-[a-z]+|t");
        member.Join().Assignment!.Count.ShouldBe(5);
        member.Follow();

        await CreateAsync("orders-us", 2);
        await CreateAsync("orders-12", 2);

        member.Heartbeat().Assignment!.Count.ShouldBe(7);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_expression_adds_to_names_and_can_be_taken_back()
    {
        await CreateAsync("u", 3);
        var member = new FakeMember(Groups, "only", null) { Topics = ["t"], Pattern = "[tu]" };
        member.Join().Assignment!.Count.ShouldBe(7);
        member.Follow();

        var names = new FakeMember(Groups, "only", null) { Topics = ["t"], Pattern = "" };

        names.Join().Assignment!.Count.ShouldBe(4);
    }

    [Fact(Timeout = 30_000)]
    public async Task No_expression_means_the_brokers_own_topics()
    {
        FakeMember member = NewExpression(".*");
        member.Join();
        (await CommitAsync("only", member.Epoch)).ShouldBe(ErrorCode.None);
        Broker.Catalog.Find("__consumer_offsets").ShouldNotBeNull();

        member.HeartbeatInFull().Assignment!.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a)|(b")]
    [InlineData("[z-a]")]
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)b")]
    [InlineData("(?#")]
    public void An_expression_that_is_none_is_refused(string pattern)
    {
        HeartbeatResult refused = NewExpression(pattern).Join();

        refused.Error.ShouldBe(ErrorCode.InvalidRegularExpression);
        refused.Message.ShouldNotBeNullOrEmpty();
        Groups.List().ShouldBeEmpty();
    }

    [Fact]
    public void An_expression_that_is_too_long_is_refused()
    {
        NewExpression(new string('a', TopicPattern.MaxLength)).Join().Error.ShouldBe(ErrorCode.None);
        NewExpression(new string('a', TopicPattern.MaxLength + 1)).Join().Error.ShouldBe(ErrorCode.InvalidRegularExpression);
    }

    private FakeMember NewExpression(string pattern) => new(Groups, "only", null) { Pattern = pattern };
}
