using Ganglion.Brokers;

namespace Ganglion.Kafka.Native;

// Transactions, one after the other. But for the beginning, all calls wait for the cluster.
internal sealed unsafe partial class NativeProducer
{
    /// <summary>Fences older producers of the same transactional id.</summary>
    /// <exception cref="NativeErrorException">It cannot.</exception>
    public void InitTransactions(TimeSpan longest) => ThrowIfFailed(NativeMethods.InitTransactions(_client, (int)longest.TotalMilliseconds));

    /// <exception cref="NativeErrorException">It cannot.</exception>
    public void BeginTransaction() => ThrowIfFailed(NativeMethods.BeginTransaction(_client));

    /// <summary>Lets the open transaction commit the offsets of a group's member.</summary>
    /// <exception cref="NativeErrorException">It cannot; the exception says whether the same call may succeed.</exception>
    public void SendOffsets(ConsumerGroupMetadata group, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, TimeSpan longest)
    {
        NativeMethods.PartitionList* list = OffsetCommits.ToList(offsets);
        nint member = NativeMethods.NewGroupMetadata(group.GroupId, group.Generation, group.MemberId, null);
        try
        {
            ThrowIfFailed(NativeMethods.SendOffsetsToTransaction(_client, list, member, (int)longest.TotalMilliseconds));
        }
        finally
        {
            NativeMethods.DestroyGroupMetadata(member);
            NativeMethods.DestroyPartitionList(list);
        }
    }

    /// <summary>By its end all records are reported on.</summary>
    /// <exception cref="NativeErrorException">The transaction is not committed.</exception>
    public void CommitTransaction(TimeSpan longest) => ThrowIfFailed(NativeMethods.CommitTransaction(_client, (int)longest.TotalMilliseconds));

    /// <summary>By its end all records are reported on.</summary>
    /// <exception cref="NativeErrorException">The transaction is not aborted.</exception>
    public void AbortTransaction(TimeSpan longest) => ThrowIfFailed(NativeMethods.AbortTransaction(_client, (int)longest.TotalMilliseconds));
}
