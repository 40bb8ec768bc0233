using System.Runtime.InteropServices;
using System.Text;
using Ganglion.Brokers;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>Commits and reads offsets together with their metadata.</summary>
internal static unsafe class OffsetCommits
{
    private const long NoOffset = -1001;

    /// <summary>Commits as a member of a group; waits until the cluster has answered.</summary>
    /// <exception cref="Client.KafkaException">The cluster has refused.</exception>
    public static void Commit(Client.IClient consumer, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets)
    {
        using NativeHandle.Holder client = NativeHandle.Hold(consumer);
        NativeMethods.PartitionList* list = ToList(offsets);
        try
        {
            ThrowIfFailed(NativeMethods.Commit(client.Pointer, list, 0));
            for (int i = 0; i < list->Count; i++)
            {
                ThrowIfFailed(list->Items[i].Error);
            }
        }
        finally
        {
            NativeMethods.DestroyPartitionList(list);
        }
    }

    /// <summary>What the consumer's group has committed; partitions without are left out.</summary>
    /// <exception cref="Client.KafkaException">The cluster has refused, or has not answered in time.</exception>
    public static Dictionary<TopicPartition, OffsetAndMetadata> GetCommitted(
        Client.IClient consumer, IReadOnlyCollection<TopicPartition> partitions, TimeSpan timeout)
    {
        using NativeHandle.Holder client = NativeHandle.Hold(consumer);
        NativeMethods.PartitionList* list = NativeMethods.NewPartitionList(partitions.Count);
        try
        {
            foreach (TopicPartition partition in partitions)
            {
                NativeMethods.AddPartition(list, partition.Topic, partition.Partition);
            }

            ThrowIfFailed(NativeMethods.Committed(client.Pointer, list, (int)timeout.TotalMilliseconds));
            var committed = new Dictionary<TopicPartition, OffsetAndMetadata>();
            for (int i = 0; i < list->Count; i++)
            {
                ref NativeMethods.PartitionOffset item = ref list->Items[i];
                ThrowIfFailed(item.Error);
                if (item.Offset != NoOffset)
                {
                    string? metadata = item.MetadataSize == 0 ? null : Encoding.UTF8.GetString((byte*)item.Metadata, (int)item.MetadataSize);
                    committed[new TopicPartition(Marshal.PtrToStringUTF8((nint)item.Topic)!, item.Partition)] = new(item.Offset, metadata);
                }
            }

            return committed;
        }
        finally
        {
            NativeMethods.DestroyPartitionList(list);
        }
    }

    /// <summary>Who the consumer is in its group, as it knows itself.</summary>
    public static ConsumerGroupMetadata IdentityOf(Client.IClient consumer, string groupId)
    {
        using NativeHandle.Holder client = NativeHandle.Hold(consumer);
        nint member = NativeMethods.GroupMetadata(client.Pointer);
        if (member == 0)
        {
            return new ConsumerGroupMetadata(groupId, "", -1);
        }

        var identity = new ConsumerGroupMetadata(
            groupId, Marshal.PtrToStringUTF8(NativeMethods.MemberIdOf(member)) ?? "", NativeMethods.GenerationOf(member));
        NativeMethods.DestroyGroupMetadata(member);
        return identity;
    }

    /// <summary>Offsets as the native client takes them. Who asks for them releases them.</summary>
    internal static NativeMethods.PartitionList* ToList(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets)
    {
        NativeMethods.PartitionList* list = NativeMethods.NewPartitionList(offsets.Count);
        foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets)
        {
            NativeMethods.PartitionOffset* item = NativeMethods.AddPartition(list, partition.Topic, partition.Partition);
            item->Offset = offset.Offset;
            if (!string.IsNullOrEmpty(offset.Metadata))
            {
                int length = Encoding.UTF8.GetByteCount(offset.Metadata);

                // It is released together with the list, by the library: so it must come from its memory.
                item->Metadata = NativeMethods.Allocate(0, (nuint)length + 1);
                item->MetadataSize = (nuint)length;
                Encoding.UTF8.GetBytes(offset.Metadata, new Span<byte>(item->Metadata, length));
                ((byte*)item->Metadata)[length] = 0;
            }
        }

        return list;
    }

    private static void ThrowIfFailed(int code)
    {
        if (code != 0)
        {
            throw new Client.KafkaException((Client.ErrorCode)code);
        }
    }
}
