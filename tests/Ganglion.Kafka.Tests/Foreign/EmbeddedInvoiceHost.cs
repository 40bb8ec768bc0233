using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Ganglion.Hosting;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>The agent of invoices on the broker within the process.</summary>
public sealed class EmbeddedInvoiceHost : InvoiceHost
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();

    public override async Task<IReadOnlyList<(int Partition, long Offset)>> WriteAsync(IReadOnlyList<ForeignRecord> invoices)
    {
        await using IEventProducer producer = await _broker.CreateProducerAsync();
        IReadOnlyList<TopicPartitionOffset> places = await producer.AppendAsync(
            [.. invoices.Select(invoice => new ProducerRecord(InvoiceAgent.Created, ToRecord(invoice), invoice.Partition))]);
        return [.. places.Select(place => (place.Partition.Partition, place.Offset))];
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _broker.DisposeAsync();
    }

    protected override void UseBroker(GanglionBuilder ganglion) => ganglion.UseBroker(_broker);

    private static Record ToRecord(ForeignRecord record) => new(
        ToMemory(record.Key),
        ToMemory(record.Value),
        RecordHeaders.Create([.. record.Headers.Select(header => new RecordHeader(header.Name, ToMemory(header.Value)))]),
        record.Timestamp is { } timestamp ? DateTimeOffset.FromUnixTimeMilliseconds(timestamp) : default);

    private static ReadOnlyMemory<byte>? ToMemory(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);
}
