namespace Ganglion.Kafka.Tests.Foreign;

public sealed class KafkaForeignRecordTests(KafkaInvoiceHost host) : ForeignRecordTests(host), IClassFixture<KafkaInvoiceHost>
{
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
    [InlineData(PythonClient.KafkaPython, "gzip")]
    [InlineData(PythonClient.KafkaPython, "snappy")]
    [InlineData(PythonClient.KafkaPython, "lz4")]
    [InlineData(PythonClient.KafkaPython, "zstd")]
    [InlineData(PythonClient.Confluent, "gzip")]
    [InlineData(PythonClient.Confluent, "snappy")]
    [InlineData(PythonClient.Confluent, "lz4")]
    [InlineData(PythonClient.Confluent, "zstd")]
    public async Task Batches_are_handled_however_they_are_compressed(string script, string compression)
    {
        await using var producer = new PythonProducer(script, _host.BootstrapServers, InvoiceAgent.Created, compression);
        string[] ids = [.. Enumerable.Range(0, 100).Select(number => $"{script} {compression} {number}")];

        await producer.ProduceAsync([.. ids.Select(id => Invoice(id))]);

        foreach (string id in ids)
        {
            await WhenClassifiedAsync(id);
        }
    }
}
