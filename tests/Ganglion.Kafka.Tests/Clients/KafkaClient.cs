using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>What a client that nobody here has written is asked to do.</summary>
/// <param name="servers">The addresses of the cluster.</param>
public abstract class KafkaClient(string servers) : IAsyncDisposable
{
    protected string Servers { get; } = servers;

    /// <summary>Writes records together, a key in the partition where Kafka's Java client would put it.</summary>
    /// <returns>The partition and the offset of each, if the client tells.</returns>
    public abstract Task<IReadOnlyList<(int Partition, long Offset)>> ProduceAsync(
        string topic, IReadOnlyList<ForeignRecord> records, string? compression = null, bool isIdempotent = false);

    /// <summary>Writes records in one transaction after the other, of one producer if the client can.</summary>
    public abstract Task TransactAsync(string topic, string transactionalId, params IReadOnlyList<ClientTransaction> transactions);

    /// <summary>Reads a topic from its beginning.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="count">How many records are read.</param>
    /// <param name="group">As a member of this group, from where that has committed; <see langword="null"/>: all of it.</param>
    /// <param name="isCommitted">Whether what is open or aborted is passed over; <see langword="null"/>: as the client does by default.</param>
    public abstract Task<List<ForeignRecord>> ReadAsync(string topic, int count, string? group = null, bool? isCommitted = null);

    /// <summary>Reads some records of a topic with one partition, and then one from an offset on.</summary>
    /// <returns>The offsets of all that it has read.</returns>
    public abstract Task<List<long>> SeekAsync(string topic, int count, long offset);

    /// <summary>The offset of the first record of a topic's only partition that is not older.</summary>
    public abstract Task<long> FindAsync(string topic, long timestamp);

    /// <summary>Starts a process that can join a group.</summary>
    public abstract GroupMember StartMember(string group, string topic);

    public abstract Task CreateTopicAsync(string topic, int partitions, IReadOnlyDictionary<string, string> config);

    /// <summary>The leader and the replicas of each partition.</summary>
    public abstract Task<List<ShownPartition>> DescribeTopicAsync(string topic);

    public abstract Task<List<string>> ListTopicsAsync();

    public abstract Task<Dictionary<string, string>> DescribeConfigAsync(string topic);

    public abstract Task DeleteTopicAsync(string topic);

    public abstract Task<List<string>> ListGroupsAsync();

    public abstract Task<ShownGroup> DescribeGroupAsync(string group);

    public abstract Task DeleteGroupAsync(string group);

    public abstract ValueTask DisposeAsync();
}
