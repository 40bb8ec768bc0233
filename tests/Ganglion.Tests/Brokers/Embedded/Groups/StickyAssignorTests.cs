using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Groups;

namespace Ganglion.Tests.Brokers.Embedded.Groups;

public sealed class StickyAssignorTests
{
    private readonly Dictionary<string, int> _topics = [];
    private readonly List<GroupMember> _members = [];
    private Dictionary<TopicPartition, GroupMember> _target = [];

    [Fact]
    public void Partitions_are_shared_out_evenly()
    {
        _topics["t"] = 10;
        Join("a", "t");
        Join("b", "t");
        Join("c", "t");

        Assign();

        Shares().Order().ShouldBe([3, 3, 4]);
    }

    [Fact]
    public void Nothing_moves_when_nothing_has_changed()
    {
        _topics["t"] = 10;
        _topics["u"] = 4;
        _topics["v"] = 1;
        Join("a", "t", "u", "v");
        Join("b", "t", "u", "v");
        Join("c", "t", "u", "v");
        Assign();

        Moves(Assign).ShouldBe(0);
    }

    [Fact]
    public void A_newcomer_gets_its_share_and_the_others_keep_theirs()
    {
        _topics["t"] = 12;
        Join("a", "t");
        Join("b", "t");
        Join("c", "t");
        Assign();

        Join("d", "t");

        Moves(Assign).ShouldBe(3);
        Shares().ShouldBe([3, 3, 3, 3]);
    }

    [Fact]
    public void What_a_member_leaves_behind_is_all_that_moves()
    {
        _topics["t"] = 12;
        Join("a", "t");
        Join("b", "t");
        GroupMember c = Join("c", "t");
        Assign();

        _members.Remove(c);

        Moves(Assign).ShouldBe(4);
        Shares().ShouldBe([6, 6]);
    }

    [Fact]
    public void Topics_with_equally_many_partitions_go_together()
    {
        _topics["t"] = 6;
        _topics["u"] = 6;
        _topics["v"] = 6;
        Join("a", "t", "u", "v");
        Join("b", "t", "u", "v");

        Assign();

        for (int partition = 0; partition < 6; partition++)
        {
            _target[new("u", partition)].ShouldBe(_target[new("t", partition)]);
            _target[new("v", partition)].ShouldBe(_target[new("t", partition)]);
        }
    }

    [Fact]
    public void A_topic_that_comes_later_follows_its_siblings()
    {
        _topics["t"] = 4;
        Join("a", "t", "u");
        Join("b", "t", "u");
        Assign();

        _topics["u"] = 4;

        Moves(Assign).ShouldBe(4);
        for (int partition = 0; partition < 4; partition++)
        {
            _target[new("u", partition)].ShouldBe(_target[new("t", partition)]);
        }
    }

    [Fact]
    public void Small_topics_go_to_those_who_have_least()
    {
        _topics["large"] = 3;
        _topics["small"] = 1;
        Join("a", "large", "small");
        Join("b", "large", "small");

        Assign();

        Shares().ShouldBe([2, 2]);
    }

    [Fact]
    public void Topics_that_do_not_exist_are_left_out()
    {
        Join("a", "t");

        Assign();

        _target.ShouldBeEmpty();
    }

    [Fact]
    public void A_member_gets_only_what_it_subscribes_to()
    {
        _topics["t"] = 4;
        _topics["u"] = 2;
        GroupMember a = Join("a", "t");
        GroupMember b = Join("b", "u");

        Assign();

        _target.ShouldAllBe(entry => entry.Value == (entry.Key.Topic == "t" ? a : b));
        _target.Count.ShouldBe(6);
    }

    [Fact]
    public void During_an_upgrade_co_partitioned_topics_stay_together()
    {
        _topics["t"] = 4;
        _topics["new"] = 4;
        Join("old", "t");
        GroupMember upgraded = Join("upgraded", "t", "new");

        Assign();

        _target.Values.ShouldAllBe(member => member == upgraded);
    }

    [Fact]
    public void Where_nobody_subscribes_to_all_the_topics_are_shared_out_by_subscriber()
    {
        _topics["t"] = 2;
        _topics["u"] = 2;
        GroupMember a = Join("a", "t");
        GroupMember b = Join("b", "u");

        Assign();

        _target.ShouldAllBe(entry => entry.Value == (entry.Key.Topic == "t" ? a : b));
    }

    [Fact]
    public void Members_with_other_topics_do_not_part_co_partitioned_topics()
    {
        _topics["t"] = 4;
        _topics["new"] = 4;
        _topics["other"] = 4;
        Join("old", "t");
        GroupMember upgraded = Join("upgraded", "t", "new");
        GroupMember other = Join("other", "other");

        Assign();

        _target.ShouldAllBe(entry => entry.Value == (entry.Key.Topic == "other" ? other : upgraded));
    }

    [Fact]
    public void Where_nobody_subscribes_to_all_a_topic_that_comes_later_goes_to_who_has_its_siblings()
    {
        _topics["t"] = 6;
        GroupMember a = Join("a", "t");
        Join("b", "t");
        GroupMember c = Join("c", "t", "z");
        Assign();
        Dictionary<TopicPartition, GroupMember> before = _target;

        _topics["u"] = 6;
        _topics["z"] = 6;
        a.Topics = new HashSet<string> { "t", "u" };
        Assign();

        before.ShouldAllBe(entry => _target[entry.Key] == entry.Value);
        _target.Where(entry => entry.Key.Topic == "u").ShouldAllBe(entry => entry.Value == a);
        _target.Where(entry => entry.Key.Topic == "z").ShouldAllBe(entry => entry.Value == c);
    }

    [Fact]
    public void A_partition_goes_to_a_member_that_has_its_siblings_where_one_can_take_it()
    {
        _topics["t"] = 6;
        _topics["u"] = 6;
        _topics["v"] = 6;
        Join("a", "t", "u");
        Join("b", "u", "t");
        Join("c", "t", "v");

        Assign();

        for (int partition = 0; partition < 6; partition++)
        {
            GroupMember owner = _target[new("t", partition)];
            foreach (string sibling in owner.Topics)
            {
                _target[new(sibling, partition)].ShouldBe(owner);
            }
        }
    }

    [Fact]
    public void When_members_replace_a_topic_one_after_the_other_the_one_that_stays_does_not_move()
    {
        _topics["old"] = 4;
        _topics["new"] = 4;
        _topics["stays"] = 4;
        GroupMember a = Join("a", "old", "stays");
        GroupMember b = Join("b", "old", "stays");
        Assign();
        Dictionary<TopicPartition, GroupMember> before = _target;

        foreach (GroupMember member in new[] { b, a })
        {
            member.Topics = new HashSet<string> { "new", "stays" };
            Assign();
            before.Where(entry => entry.Key.Topic == "stays").ShouldAllBe(entry => _target[entry.Key] == entry.Value);
        }

        for (int partition = 0; partition < 4; partition++)
        {
            _target[new("new", partition)].ShouldBe(_target[new("stays", partition)]);
        }
    }

    [Fact]
    public void Whatever_members_subscribe_to_every_partition_goes_to_a_subscriber_and_rests_there()
    {
        var random = new Random(4711);
        string[] names = ["t", "u", "v", "w"];
        foreach (string name in names)
        {
            _topics[name] = 5;
        }

        for (int i = 0; i < 4; i++)
        {
            Join($"m{i}", names);
        }

        for (int step = 0; step < 500; step++)
        {
            _members[random.Next(4)].Topics = random.GetItems(names, 3).ToHashSet();
            Assign();

            _target.ShouldAllBe(entry => entry.Value.Topics.Contains(entry.Key.Topic));
            _target.Count.ShouldBe(5 * _members.SelectMany(member => member.Topics).Distinct().Count());
            Moves(Assign).ShouldBe(0, $"step {step}");
        }
    }

    [Fact]
    public void Whatever_happens_every_partition_has_an_owner_and_the_shares_are_even()
    {
        var random = new Random(4711);
        _topics["t"] = 17;
        _topics["u"] = 17;
        for (int step = 0; step < 200; step++)
        {
            if (_members.Count == 0 || random.Next(2) == 0)
            {
                Join($"m{step}", "t", "u");
            }
            else
            {
                _members.RemoveAt(random.Next(_members.Count));
            }

            Assign();

            if (_members.Count > 0)
            {
                _target.Count.ShouldBe(34);
                (Shares().Max() - Shares().Min()).ShouldBeLessThanOrEqualTo(2);
            }
        }
    }

    private GroupMember Join(string id, params string[] topics)
    {
        var member = new GroupMember(
            new ConsumerGroup("g", _ => 0), id, id, topics.ToHashSet(), TimeSpan.FromSeconds(45), changed: () => { });
        _members.Add(member);
        return member;
    }

    private void Assign() =>
        _target = StickyAssignor.Assign(_members, topic => _topics.GetValueOrDefault(topic), _target);

    private int Moves(Action change)
    {
        Dictionary<TopicPartition, GroupMember> before = _target;
        change();
        return _target.Count(entry => before.GetValueOrDefault(entry.Key) != entry.Value);
    }

    private int[] Shares() => [.. _members.Select(member => _target.Values.Count(owner => owner == member))];
}
