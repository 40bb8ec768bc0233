using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

public sealed class HeartbeatRulesTests
{
    private static readonly HeartbeatRequest Joining = new("g", "m", MemberEpoch.Joining, null, "client", "127.0.0.1")
    {
        RebalanceTimeout = TimeSpan.FromMinutes(1), Topics = ["t"], Owned = new HashSet<TopicIdPartition>(),
    };

    [Fact]
    public void Whoever_joins_tells_what_others_need_to_know_and_has_no_partitions()
    {
        ErrorOf(Joining).ShouldBeNull();

        ErrorOf(Joining with { RebalanceTimeout = null }).ShouldBe(ErrorCode.InvalidRequest);
        ErrorOf(Joining with { Topics = null }).ShouldBe(ErrorCode.InvalidRequest);
        ErrorOf(Joining with { Owned = null }).ShouldBe(ErrorCode.InvalidRequest);
        ErrorOf(Joining with { Owned = new HashSet<TopicIdPartition> { new(Guid.NewGuid(), 0) } }).ShouldBe(ErrorCode.InvalidRequest);
    }

    [Fact]
    public void A_member_tells_no_more_than_is_kept_of_it()
    {
        string[] topics = [.. Enumerable.Repeat(new string('t', 1024), 1024)];

        ErrorOf(Joining with { Topics = topics }).ShouldBe(ErrorCode.InvalidRequest);
        ErrorOf(Joining with { Topics = topics[1..] }).ShouldBeNull();
    }

    private static ErrorCode? ErrorOf(HeartbeatRequest request) => HeartbeatRules.Check(request)?.Error;
}
