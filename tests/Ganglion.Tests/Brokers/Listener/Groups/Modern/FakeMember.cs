using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

/// <summary>A client that follows KIP-848, one step at a time: it asks, and does what it is told when the test lets it.</summary>
internal sealed class FakeMember(ClientGroups groups, string id, string? instanceId)
{
    public string Id { get; private set; } = id;

    public IReadOnlyList<string> Topics { get; init; } = [];

    public string? Pattern { get; init; }

    public string? Assignor { get; init; }

    public TimeSpan RebalanceTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public int Epoch { get; private set; }

    /// <summary>What it has.</summary>
    public HashSet<TopicIdPartition> Owned { get; } = [];

    /// <summary>What it was told that it may have.</summary>
    public HashSet<TopicIdPartition> Assigned { get; private set; } = [];

    public bool IsSettled => Owned.SetEquals(Assigned);

    /// <summary>The numbers of the partitions that it has.</summary>
    public int[] Numbers => [.. Owned.Select(partition => partition.Partition).Order()];

    public HeartbeatResult Join()
    {
        Epoch = MemberEpoch.Joining;
        Owned.Clear();
        Assigned.Clear();
        return Take(Send(Full));
    }

    /// <summary>Says that it is alive, and what it has.</summary>
    public HeartbeatResult Heartbeat() => Take(Send(Bare with { Owned = new HashSet<TopicIdPartition>(Owned) }));

    /// <summary>Says no more than that it is alive.</summary>
    public HeartbeatResult Beat() => Take(Send(Bare));

    /// <summary>Says all that there is to say.</summary>
    public HeartbeatResult HeartbeatInFull() => Take(Send(Full));

    /// <summary>Says what it has, and misses the answer: what it was told before does not count any more.</summary>
    public void LoseAnswer()
    {
        Send(Bare with { Owned = new HashSet<TopicIdPartition>(Owned) });
        Assigned.IntersectWith(Owned);
    }

    public HeartbeatResult Subscribe(params string[] topics) => Take(Send(Bare with { Topics = topics }));

    public HeartbeatResult Leave() => Send(Bare with { Epoch = MemberEpoch.Leaving });

    public HeartbeatResult LeaveForAWhile() => Send(Bare with { Epoch = MemberEpoch.LeavingForAWhile });

    public HeartbeatResult Claim(int epoch, IReadOnlySet<TopicIdPartition>? owned = null) => Send(Bare with { Epoch = epoch, Owned = owned });

    /// <summary>Gives up what it may not have, without saying so yet.</summary>
    public void GiveUp() => Owned.IntersectWith(Assigned);

    /// <summary>Gives up what it may not have, and takes what it may.</summary>
    public void Follow()
    {
        GiveUp();
        Owned.UnionWith(Assigned);
    }

    private HeartbeatRequest Bare => new("g", Id, Epoch, instanceId, "client", "127.0.0.1");

    private HeartbeatRequest Full => Bare with
    {
        RebalanceTimeout = RebalanceTimeout,
        Topics = Topics,
        Pattern = Pattern,
        Assignor = Assignor,
        Owned = new HashSet<TopicIdPartition>(Owned),
    };

    private HeartbeatResult Send(HeartbeatRequest request) => groups.Heartbeat(request);

    private HeartbeatResult Take(HeartbeatResult result)
    {
        if (result.Error == ErrorCode.None)
        {
            Id = result.MemberId!;
            Epoch = result.Epoch;
            Assigned = result.Assignment?.ToHashSet() ?? Assigned;
        }

        return result;
    }
}
