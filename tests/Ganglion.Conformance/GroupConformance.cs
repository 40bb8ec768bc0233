namespace Ganglion.Conformance;

/// <summary>What the tests of consumer groups stand on: a group of their own, and a ledger of what its members see.</summary>
public abstract class GroupConformance(BrokerFixture fixture) : BrokerConformance(fixture)
{
    private readonly List<ReadingMember> _members = [];

    /// <summary>The group.</summary>
    protected string GroupId { get; } = UniqueName("group");

    /// <summary>What the members see.</summary>
    protected GroupLedger Ledger { get; } = new();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (ReadingMember member in _members)
        {
            await member.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    /// <summary>Lets a member join and read until the end of the test.</summary>
    protected async Task<ReadingMember> JoinAsync(string name, string topic, Action<ReadingMember>? prepare = null) =>
        await JoinAsync(name, Subscription(topic), prepare);

    /// <summary>Lets a member join and read until the end of the test.</summary>
    protected async Task<ReadingMember> JoinAsync(string name, ConsumerOptions options, Action<ReadingMember>? prepare = null)
    {
        ReadingMember member = await ReadingMember.StartAsync(name, Broker, options, Ledger, prepare);
        _members.Add(member);
        return member;
    }

    /// <summary>Options of a member of the group.</summary>
    protected ConsumerOptions Subscription(params string[] topics) => new() { GroupId = GroupId, Topics = topics };

    /// <summary>Options under which a member that does not read is given up soon.</summary>
    protected ConsumerOptions ShortLived(string topic) => Subscription(topic) with
    {
        SessionTimeout = Fixture.ShortestPollInterval,
        HeartbeatInterval = Fixture.ShortestPollInterval / 4,
        MaxPollInterval = Fixture.ShortestPollInterval,
    };

    /// <summary>Waits for something in the ledger.</summary>
    protected Task UntilAsync(Func<bool> holds) => Ledger.UntilAsync(holds, Deadline);

    /// <summary>Waits until members have as many partitions each.</summary>
    protected Task UntilOwnedAsync(params (ReadingMember Member, int Partitions)[] shares) =>
        UntilAsync(() => shares.All(share => Ledger.OwnedBy(share.Member).Count == share.Partitions));

    /// <summary>Offsets to commit.</summary>
    protected static Dictionary<TopicPartition, OffsetAndMetadata> Offsets(
        string topic, long offset, string? metadata = null, int partition = 0) =>
        new() { [new TopicPartition(topic, partition)] = new OffsetAndMetadata(offset, metadata) };

    /// <summary>What the group has committed for a partition.</summary>
    protected async Task<OffsetAndMetadata?> CommittedAsync(string topic, int partition = 0)
    {
        ConsumerGroupDescription? group = await Broker.Groups.FindAsync(GroupId, Deadline);
        return group?.Offsets.FirstOrDefault(offset => offset.Partition == new TopicPartition(topic, partition))?.Committed;
    }

    /// <summary>Reads records as a member that joins, reads and leaves.</summary>
    protected async Task<List<ConsumedRecord>> ConsumeAsync(ConsumerOptions options, int count)
    {
        await using IEventConsumer consumer = await Broker.CreateConsumerAsync(options, Deadline);
        return await TakeAsync(consumer, count);
    }

    /// <summary>Reads until so many records have come.</summary>
    protected async Task<List<ConsumedRecord>> TakeAsync(IEventConsumer consumer, int count)
    {
        var records = new List<ConsumedRecord>();
        while (records.Count < count)
        {
            records.AddRange((await consumer.ReadAsync(Deadline)).Records);
        }

        return records;
    }
}
