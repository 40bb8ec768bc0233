using Ganglion.Brokers.Listener.Groups.Modern;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

public sealed class RangeAssignorTests
{
    private static readonly Guid Left = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Right = new("00000000-0000-0000-0000-000000000002");

    [Fact]
    public void Each_member_gets_a_range_and_the_first_ones_what_is_left_over() =>
        Show(Left, 7, Member("a"), Member("b"), Member("c")).ShouldBe(["a: 0 1 2", "b: 3 4", "c: 5 6"]);

    [Fact]
    public void Members_get_the_same_numbers_of_topics_with_equally_many_partitions()
    {
        var topics = new Dictionary<Guid, int> { [Left] = 5, [Right] = 5 };

        Dictionary<string, HashSet<TopicIdPartition>> assigned = new RangeAssignor().Assign([Member("a"), Member("b")], topics);

        foreach (HashSet<TopicIdPartition> share in assigned.Values)
        {
            NumbersOf(share, Left).ShouldBe(NumbersOf(share, Right));
        }
    }

    [Fact]
    public void Members_that_keep_a_name_come_first_in_the_order_of_their_names()
    {
        Show(Left, 4, Member("x"), Member("b", "shelf-2"), Member("a", "shelf-1")).ShouldBe(["a: 0 1", "b: 2", "x: 3"]);
        Show(Left, 4, Member("x"), Member("y", "shelf-2"), Member("z", "shelf-1")).ShouldBe(["x: 3", "y: 2", "z: 0 1"]);
    }

    [Fact]
    public void Where_there_are_more_members_than_partitions_the_last_ones_get_none() =>
        Show(Left, 2, Member("a"), Member("b"), Member("c")).ShouldBe(["a: 0", "b: 1", "c: "]);

    private static Subscriber Member(string id, string? instanceId = null) =>
        new(id, instanceId, new HashSet<Guid> { Left, Right }, new HashSet<TopicIdPartition>());

    private static string[] Show(Guid topic, int partitions, params Subscriber[] subscribers) =>
        [.. new RangeAssignor().Assign(subscribers, new Dictionary<Guid, int> { [topic] = partitions })
            .OrderBy(share => share.Key, StringComparer.Ordinal)
            .Select(share => $"{share.Key}: {string.Join(' ', NumbersOf(share.Value, topic))}")];

    private static IEnumerable<int> NumbersOf(HashSet<TopicIdPartition> share, Guid topic) =>
        share.Where(partition => partition.TopicId == topic).Select(partition => partition.Partition).Order();
}
