namespace Ganglion.Brokers.Embedded.Reading;

/// <summary>What a consumer owns at one moment. Never changes; a rebalance makes another one.</summary>
internal sealed class AssignedPartitions
{
    private readonly Dictionary<TopicPartition, AssignedPartition> _byId;

    private AssignedPartitions(IEnumerable<AssignedPartition> partitions)
    {
        _byId = partitions.ToDictionary(partition => partition.Id);
        Ids = [.. _byId.Keys.Order()];
    }

    public static AssignedPartitions None { get; } = new([]);

    /// <summary>The partitions, sorted.</summary>
    public IReadOnlyCollection<TopicPartition> Ids { get; }

    public IEnumerable<AssignedPartition> All => _byId.Values;

    public AssignedPartition? Find(TopicPartition partition) => _byId.GetValueOrDefault(partition);

    public AssignedPartitions With(IEnumerable<AssignedPartition> more) => new([.. All, .. more]);

    public AssignedPartitions Without(IReadOnlyCollection<AssignedPartition> gone) => new(All.Except(gone));

    public void Close()
    {
        foreach (AssignedPartition partition in All)
        {
            partition.Cursor.Close();
        }
    }
}
