using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class KafkaForeignRecordTests(KafkaInvoiceHost host) : ForeignRecordTests(host), IClassFixture<KafkaInvoiceHost>
{
    private const string KafkaPython = "kafka-python";
    private const string ConfluentPython = "confluent-kafka";

    private readonly KafkaInvoiceHost _host = host;

    // Beyond what .NET can tell, and what Kafka writes where there is none.
    [Theory(Timeout = 30_000)]
    [InlineData(-1)]
    [InlineData(253_402_300_800_000)]
    [InlineData(long.MaxValue / 2)]
    [InlineData(long.MinValue / 2)]
    public Task Whatever_its_timestamp_it_is_handled_and_the_next_is(long timestamp) =>
        TryAsync($"timestamp {timestamp}", Handled(id => Invoice(id) with { Timestamp = timestamp }));

    [Theory(Timeout = 30_000)]
    [InlineData(KafkaPython, "gzip")]
    [InlineData(KafkaPython, "snappy")]
    [InlineData(KafkaPython, "lz4")]
    [InlineData(KafkaPython, "zstd")]
    [InlineData(ConfluentPython, "gzip")]
    [InlineData(ConfluentPython, "snappy")]
    [InlineData(ConfluentPython, "lz4")]
    [InlineData(ConfluentPython, "zstd")]
    public async Task Batches_are_handled_however_they_are_compressed(string name, string compression)
    {
        await using KafkaClient producer = ClientKind.All.Single(kind => kind.Name == name).Open(_host.BootstrapServers);
        string[] ids = [.. Enumerable.Range(0, 100).Select(number => $"{name} {compression} {number}")];

        await producer.ProduceAsync(InvoiceAgent.Created, [.. ids.Select(id => Invoice(id))], compression);

        foreach (string id in ids)
        {
            await WhenClassifiedAsync(id);
        }
    }
}
