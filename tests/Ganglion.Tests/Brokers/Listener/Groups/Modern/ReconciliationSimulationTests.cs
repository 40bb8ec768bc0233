using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

/// <summary>Members come, go, die, miss answers and take their time, while topics come, grow and go.</summary>
public sealed class ReconciliationSimulationTests : ModernGroupsFixture
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task No_partition_ever_has_two_owners_and_in_the_end_each_has_one(int seed)
    {
        var random = new Random(seed);
        List<FakeMember> members = [];
        await CreateAsync("u", 2);
        for (int step = 0; step < 2_000; step++)
        {
            if (members.Count < 2 || (members.Count < 7 && random.Next(15) == 0))
            {
                var member = new FakeMember(Groups, $"{step}", random.Next(3) == 0 ? $"instance-{step}" : null)
                {
                    Topics = random.Next(3) == 0 ? ["t"] : ["t", "u"],
                    Assignor = random.Next(2) == 0 ? "range" : null,
                    RebalanceTimeout = TimeSpan.FromDays(1),
                };
                member.Join().Error.ShouldBe(ErrorCode.None);
                members.Add(member);
            }

            await ActAsync(random, members, members[random.Next(members.Count)], step);

            members.SelectMany(member => member.Owned).GroupBy(partition => partition).All(owners => owners.Count() == 1).ShouldBeTrue();
        }

        // Who has missed two answers in a row joins again.
        members.ForEach(member => Beat(member, member.Heartbeat));
        Settle([.. members]);
        members.SelectMany(member => member.Owned).ShouldBe(
            Broker.Catalog.All.Where(topic => !topic.IsBrokersOwn && members.Any(member => member.Topics.Contains(topic.Name)))
                .SelectMany(topic => Enumerable.Range(0, topic.Partitions.Length).Select(number => new TopicIdPartition(topic.Id, number))),
            ignoreOrder: true);
    }

    private async Task ActAsync(Random random, List<FakeMember> members, FakeMember member, int step)
    {
        switch (random.Next(40))
        {
            case 0:
                member.Leave().Error.ShouldBe(ErrorCode.None);
                members.Remove(member);
                break;
            case 1:
                // It dies: the others live on.
                members.Remove(member);
                Time.Advance(Session * 0.6);
                members.ForEach(other => Beat(other, other.Beat));
                Time.Advance(Session * 0.6);
                break;
            case 2:
                Beat(member, member.Join);
                break;
            case 3 when step % 5 == 0:
                Topic(random, "u");
                break;
            case 4 when step % 5 == 0:
                await Broker.Topics.DeleteAsync("u", Deadline);
                await CreateAsync("u", random.Next(1, 6));
                break;
            case < 10:
                member.LoseAnswer();
                break;
            case < 16:
                Beat(member, member.Beat);
                break;
            case < 20:
                Beat(member, member.HeartbeatInFull);
                break;
            case < 30:
                Beat(member, member.Heartbeat);
                break;
            default:
                member.Follow();
                break;
        }
    }

    private void Topic(Random random, string name)
    {
        int partitions = Broker.Catalog.Find(name)!.Partitions.Length;
        Broker.Catalog.AddPartitions(name, partitions + random.Next(1, 3), onlyValidates: false);
    }

    private static void Beat(FakeMember member, Func<HeartbeatResult> heartbeat)
    {
        if (heartbeat().Error is ErrorCode.FencedMemberEpoch or ErrorCode.UnknownMemberId)
        {
            member.Join().Error.ShouldBe(ErrorCode.None);
        }
    }
}
