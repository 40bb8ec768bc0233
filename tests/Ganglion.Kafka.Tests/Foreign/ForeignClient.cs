namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A Kafka client of another language.</summary>
/// <param name="servers">The addresses of the cluster.</param>
public abstract class ForeignClient(string servers)
{
    protected string Servers { get; } = servers;

    /// <summary>Writes records, a key in the partition where Kafka's Java client would put it.</summary>
    public abstract Task ProduceAsync(string topic, params IReadOnlyList<ForeignRecord> records);

    /// <summary>Reads a topic from its beginning.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="count">How many records are read.</param>
    /// <param name="group">As a member of this group; <see langword="null"/>: by assigning itself the partitions.</param>
    public abstract Task<List<ForeignRecord>> ConsumeAsync(string topic, int count, string? group = null);
}
