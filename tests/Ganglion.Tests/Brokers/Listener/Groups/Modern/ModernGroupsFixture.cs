using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Groups.Modern;

/// <summary>A volatile broker with a topic <c>t</c> of four partitions, a group of members that follow KIP-848, and a clock that stands still.</summary>
public abstract class ModernGroupsFixture : IAsyncLifetime
{
    protected const string Group = "g";

    internal ManualTimeProvider Time { get; } = new();

    internal EmbeddedBroker Broker { get; private set; } = null!;

    internal ClientGroups Groups { get; private set; } = null!;

    internal TimeSpan Session => Groups.SessionTimeout;

    protected static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { TimeProvider = Time });
        Groups = new ClientGroups(Broker, initialDelay: TimeSpan.Zero);
        await CreateAsync("t", 4);
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task CreateAsync(string topic, int partitions) =>
        await Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = partitions }, Deadline);

    /// <summary>A client that has not joined yet.</summary>
    internal FakeMember NewMember(string id, string? instanceId = null, params string[] topics) =>
        new(Groups, id, instanceId) { Topics = topics.Length > 0 ? topics : ["t"] };

    /// <summary>Makes a member, and lets all others do what that takes of them.</summary>
    internal FakeMember Join(string id, params FakeMember[] others)
    {
        FakeMember member = NewMember(id);
        member.Join().Error.ShouldBe(ErrorCode.None);
        Settle([member, .. others]);
        return member;
    }

    /// <summary>Lets members do what they are told until nobody is told anything new.</summary>
    internal void Settle(params FakeMember[] members)
    {
        for (int i = 0; Groups.Describe(Group).State != GroupState.Stable || members.Any(member => !member.IsSettled); i++)
        {
            i.ShouldBeLessThan(20);
            foreach (FakeMember member in members)
            {
                member.Heartbeat().Error.ShouldBe(ErrorCode.None);
                member.Follow();
            }
        }
    }

    internal ValueTask<ErrorCode> CommitAsync(string memberId, int epoch, bool knowsEpochs = true, long offset = 7) => Groups.CommitAsync(
        Group, new Committer(epoch, new MemberIdentity(memberId, null)) { KnowsEpochs = knowsEpochs },
        [KeyValuePair.Create(new TopicPartition("t", 0), (OffsetAndMetadata?)new OffsetAndMetadata(offset))], Deadline);
}
