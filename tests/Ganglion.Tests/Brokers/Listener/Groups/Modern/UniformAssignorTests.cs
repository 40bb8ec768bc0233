using Ganglion.Brokers.Listener.Groups.Modern;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

public sealed class UniformAssignorTests
{
    private static readonly Guid Left = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Right = new("00000000-0000-0000-0000-000000000002");

    private readonly Dictionary<Guid, int> _topics = new() { [Left] = 7, [Right] = 3 };
    private Dictionary<string, HashSet<TopicIdPartition>> _assigned = [];

    [Fact]
    public void Members_get_equally_many_over_all_topics()
    {
        Assign(("a", [Left, Right]), ("b", [Left, Right]), ("c", [Left, Right]));

        _assigned.Values.Select(share => share.Count).ShouldBe([3, 3, 4], ignoreOrder: true);
    }

    [Fact]
    public void Who_comes_gets_no_more_than_its_share_and_nothing_else_moves()
    {
        Assign(("a", [Left, Right]), ("b", [Left, Right]), ("c", [Left, Right]));

        Moved(("a", [Left, Right]), ("b", [Left, Right]), ("c", [Left, Right]), ("d", [Left, Right])).ShouldBe(2);

        _assigned.Values.Select(share => share.Count).ShouldBe([2, 2, 3, 3], ignoreOrder: true);
    }

    [Fact]
    public void What_somebody_leaves_is_shared_out_and_nothing_else_moves()
    {
        Assign(("a", [Left, Right]), ("b", [Left, Right]), ("c", [Left, Right]));
        int left = _assigned["b"].Count;

        Moved(("a", [Left, Right]), ("c", [Left, Right])).ShouldBe(left);

        _assigned.Values.Select(share => share.Count).ShouldBe([5, 5]);
    }

    [Fact]
    public void Nothing_moves_when_nothing_has_changed()
    {
        Assign(("a", [Left, Right]), ("b", [Left, Right]), ("c", [Left, Right]));

        Moved(("a", [Left, Right]), ("b", [Left, Right]), ("c", [Left, Right])).ShouldBe(0);
    }

    [Fact]
    public void More_partitions_of_a_topic_are_shared_out_and_nothing_else_moves()
    {
        Assign(("a", [Left, Right]), ("b", [Left, Right]));
        _topics[Right] = 5;

        Moved(("a", [Left, Right]), ("b", [Left, Right])).ShouldBe(2);

        _assigned.Values.Select(share => share.Count).ShouldBe([6, 6]);
    }

    [Fact]
    public void Who_can_only_have_one_topic_gets_it_from_those_that_can_have_others()
    {
        Assign(("a", [Left, Right]), ("b", [Right]));

        _assigned["b"].ShouldBe(Enumerable.Range(0, 3).Select(number => new TopicIdPartition(Right, number)), ignoreOrder: true);
        _assigned["a"].Count.ShouldBe(7);
    }

    [Fact]
    public void Who_does_not_subscribe_to_a_topic_any_more_loses_it()
    {
        Assign(("a", [Left, Right]), ("b", [Left, Right]));

        Assign(("a", [Left]), ("b", [Left, Right]));

        _assigned["a"].ShouldAllBe(partition => partition.TopicId == Left);
        _assigned.Values.Select(share => share.Count).ShouldBe([5, 5]);
    }

    [Fact]
    public void A_topic_that_is_gone_is_taken_away()
    {
        Assign(("a", [Left, Right]), ("b", [Left, Right]));
        _topics.Remove(Left);

        Assign(("a", [Right]), ("b", [Right]));

        _assigned.Values.Select(share => share.Count).ShouldBe([1, 2], ignoreOrder: true);
    }

    // How many partitions have another owner than before, or had none.
    private int Moved(params (string Id, Guid[] Topics)[] members)
    {
        var before = _assigned.SelectMany(share => share.Value.Select(partition => (share.Key, partition))).ToHashSet();
        Assign(members);
        return _assigned.SelectMany(share => share.Value.Select(partition => (share.Key, partition))).Count(owned => !before.Contains(owned));
    }

    private void Assign(params (string Id, Guid[] Topics)[] members) => _assigned = new UniformAssignor().Assign(
        [.. members.Select(member => new Subscriber(member.Id, null, member.Topics.ToHashSet(), _assigned.GetValueOrDefault(member.Id) ?? []))], _topics);
}
