using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Producing;

/// <summary>What has become of the records of a transaction, by their places in it.</summary>
internal sealed class Deliveries : IDeliveries
{
    private Refusal? _refusal;

    public Deliveries(IReadOnlyList<ProducerRecord> records)
    {
        Places = new TopicPartitionOffset[records.Count];
        for (int i = 0; i < Places.Length; i++)
        {
            Places[i] = new TopicPartitionOffset(new TopicPartition(records[i].Topic, 0), 0);
        }
    }

    /// <summary>Where each lies.</summary>
    public TopicPartitionOffset[] Places { get; }

    /// <inheritdoc/>
    public void Deliver(nint tag, int partition, long offset)
    {
        ref TopicPartitionOffset place = ref Places[tag];
        place = new TopicPartitionOffset(new TopicPartition(place.Partition.Topic, partition), offset);
    }

    /// <inheritdoc/>
    public void Refuse(nint tag, Client.Error error)
    {
        if (error.Code != Client.ErrorCode.Local_PurgeQueue)
        {
            // The first is the reason; what follows are its consequences.
            Interlocked.CompareExchange(ref _refusal, new Refusal(error, Places[tag].Partition.Topic), null);
        }
    }

    /// <summary>Why the transaction has failed: of a record that was refused, the client says only that there is one.</summary>
    public GanglionException Explain(Client.Error error, string about, Exception cause) =>
        !error.IsFatal && Volatile.Read(ref _refusal) is { } refusal
            ? KafkaErrors.ToException(refusal.Error, $"'{refusal.Topic}'", cause)
            : KafkaErrors.ToException(error, about, cause);

    private sealed record Refusal(Client.Error Error, string Topic);
}
