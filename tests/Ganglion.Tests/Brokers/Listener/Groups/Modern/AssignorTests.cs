using Ganglion.Brokers.Listener.Groups.Modern;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

/// <summary>What holds for every assignor, and how members choose one.</summary>
public sealed class AssignorTests
{
    [Theory]
    [InlineData("uniform")]
    [InlineData("range")]
    public void Every_partition_goes_to_one_member_that_subscribes_to_it(string name)
    {
        var random = new Random(1);
        for (int round = 0; round < 200; round++)
        {
            Dictionary<Guid, int> topics = Enumerable.Range(0, random.Next(1, 6)).ToDictionary(_ => NewId(random), _ => random.Next(1, 12));
            List<Subscriber> subscribers = [.. Enumerable.Range(0, random.Next(1, 8)).Select(number => new Subscriber(
                $"{number}", null, topics.Keys.Where(_ => random.Next(2) == 0).ToHashSet(), new HashSet<TopicIdPartition>()))];
            HashSet<TopicIdPartition> expected = [.. topics
                .Where(topic => subscribers.Any(subscriber => subscriber.Topics.Contains(topic.Key)))
                .SelectMany(topic => Enumerable.Range(0, topic.Value).Select(number => new TopicIdPartition(topic.Key, number)))];

            Dictionary<string, HashSet<TopicIdPartition>> assigned = Assignors.All[name].Assign(subscribers, topics);

            assigned.Keys.ShouldBe(subscribers.Select(subscriber => subscriber.MemberId), ignoreOrder: true);
            assigned.Values.SelectMany(share => share).Count().ShouldBe(expected.Count);
            assigned.Values.SelectMany(share => share).ToHashSet().SetEquals(expected).ShouldBeTrue();
            subscribers.TrueForAll(subscriber => assigned[subscriber.MemberId].All(partition => subscriber.Topics.Contains(partition.TopicId)))
                .ShouldBeTrue();
        }
    }

    [Fact]
    public void Most_votes_decide_and_uniform_is_used_when_nobody_votes()
    {
        Assignors.Choose([null, null]).Name.ShouldBe("uniform");
        Assignors.Choose([null, "range", null]).Name.ShouldBe("range");
        Assignors.Choose(["uniform", "range", "range"]).Name.ShouldBe("range");
        Assignors.Choose(["range", "uniform", null, "uniform"]).Name.ShouldBe("uniform");
    }

    private static Guid NewId(Random random)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
