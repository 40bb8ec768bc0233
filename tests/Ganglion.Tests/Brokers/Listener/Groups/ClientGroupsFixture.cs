using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups;

/// <summary>A volatile broker with a topic <c>t</c> of four partitions, its groups as clients see them, and a clock that stands still.</summary>
public abstract class ClientGroupsFixture : IAsyncLifetime
{
    protected const string Group = "g";

    internal static readonly TimeSpan Session = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan Rebalance = TimeSpan.FromSeconds(60);

    internal ManualTimeProvider Time { get; } = new();

    internal EmbeddedBroker Broker { get; private set; } = null!;

    internal ClientGroups Groups { get; private set; } = null!;

    protected static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { TimeProvider = Time });
        Groups = new ClientGroups(Broker, initialDelay: TimeSpan.Zero);
        await Broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 4 }, Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal static JoinRequest Request(string memberId = "", string? instanceId = null, params string[] protocols) => new(
        Group, memberId, instanceId, "client", "127.0.0.1", Session, Rebalance, ConsumerProtocol.Type,
        [.. (protocols.Length > 0 ? protocols : ["range"]).Select(name => new GroupProtocol(name, "about me"u8.ToArray()))]);

    /// <summary>Makes the only member of the group.</summary>
    internal async Task<JoinResult> JoinFirstAsync(string? instanceId = null)
    {
        JoinResult joined = await Groups.Join(Request(instanceId: instanceId));
        joined.Error.ShouldBe(ErrorCode.None);
        return joined;
    }

    /// <summary>Makes a member that is assigned all partitions.</summary>
    internal async Task<JoinResult> JoinAloneAsync(string? instanceId = null)
    {
        JoinResult joined = await JoinFirstAsync(instanceId);
        (await SyncAsync(joined, (joined.MemberId, [0, 1, 2, 3]))).Error.ShouldBe(ErrorCode.None);
        return joined;
    }

    /// <summary>Makes two members; the first is the leader.</summary>
    internal async Task<(JoinResult Leader, JoinResult Follower)> JoinTwoAsync(string? followersInstanceId = null)
    {
        JoinResult first = await JoinFirstAsync();
        Task<JoinResult> follower = Groups.Join(Request(instanceId: followersInstanceId));
        Task<JoinResult> leader = Groups.Join(Request(first.MemberId));
        return (await leader, await follower);
    }

    /// <summary>Makes two members that have two partitions each.</summary>
    internal async Task<(JoinResult Leader, JoinResult Follower)> SettleTwoAsync(string? followersInstanceId = null)
    {
        (JoinResult leader, JoinResult follower) = await JoinTwoAsync(followersInstanceId);
        Task<SyncResult> synced = SyncAsync(follower);
        await SyncAsync(leader, (leader.MemberId, [0, 1]), (follower.MemberId, [2, 3]));
        await synced;
        return (leader, follower);
    }

    internal Task<SyncResult> SyncAsync(JoinResult member, params (string MemberId, int[] Partitions)[] assignments) => Groups.Sync(new SyncRequest(
        Group, member.Generation, new MemberIdentity(member.MemberId, null), null, null,
        [.. assignments.Select(assigned => KeyValuePair.Create(assigned.MemberId, Assignment(assigned.Partitions)))]));

    internal static ReadOnlyMemory<byte> Assignment(params int[] partitions) =>
        ConsumerProtocol.WriteAssignment([.. partitions.Select(partition => new TopicPartition("t", partition))]);

    internal ErrorCode Heartbeat(JoinResult member, string? instanceId = null) =>
        Groups.Heartbeat(Group, member.Generation, new MemberIdentity(member.MemberId, instanceId));

    internal ErrorCode Leave(string memberId, string? instanceId = null) => Groups.Leave(Group, [new MemberIdentity(memberId, instanceId)]).ShouldHaveSingleItem();

    internal ValueTask<ErrorCode> CommitAsync(string memberId, int generation, long offset = 7, string? instanceId = null) => Groups.CommitAsync(
        Group, new Committer(generation, new MemberIdentity(memberId, instanceId)),
        [KeyValuePair.Create(new TopicPartition("t", 0), (OffsetAndMetadata?)new OffsetAndMetadata(offset, "note"))], Deadline);
}
