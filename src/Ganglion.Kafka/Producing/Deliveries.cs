using Ganglion.Brokers;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Producing;

/// <summary>What has become of the records of a transaction.</summary>
internal sealed class Deliveries(int count)
{
    private volatile Client.DeliveryReport<byte[]?, byte[]?>? _refused;

    /// <summary>Where each lies.</summary>
    public TopicPartitionOffset[] Places { get; } = new TopicPartitionOffset[count];

    /// <summary>The client reports on a record.</summary>
    public void Complete(int index, Client.DeliveryReport<byte[]?, byte[]?> report)
    {
        if (!report.Error.IsError)
        {
            Places[index] = new TopicPartitionOffset(new TopicPartition(report.Topic, report.Partition.Value), report.Offset.Value);
        }
        else if (report.Error.Code != Client.ErrorCode.Local_PurgeQueue)
        {
            // The first is the reason; what follows are its consequences.
            Interlocked.CompareExchange(ref _refused, report, null);
        }
    }

    /// <summary>Why the transaction has failed: of a record that was refused, the client says only that there is one.</summary>
    public GanglionException Explain(Client.Error error, string about, Exception cause) =>
        !error.IsFatal && _refused is { } refused
            ? KafkaErrors.ToException(refused.Error, $"'{refused.Topic}'", cause)
            : KafkaErrors.ToException(error, about, cause);
}
