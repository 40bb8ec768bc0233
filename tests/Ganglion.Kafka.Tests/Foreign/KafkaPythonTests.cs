using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class KafkaPythonTests(KafkaInvoiceHost host)
    : ForeignClientTests(host, ClientKind.KafkaPython.Open(host.BootstrapServers)), IClassFixture<KafkaInvoiceHost>
{
    private readonly KafkaInvoiceHost _host = host;

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_lies_in_all_partitions_is_one_instance_and_each_partition_keeps_its_order()
    {
        const int partitions = 4;
        const int each = 10;
        ForeignRecord[] invoices =
        [
            .. from number in Enumerable.Range(1, each)
               from partition in Enumerable.Range(0, partitions)
               select ForeignRecord.Of("supplier", $$"""{"invoice_id":"{{partition}}-{{number}}","amount":1}""") with { Partition = partition },
        ];
        await using KafkaClient client = ClientKind.KafkaPython.Open(_host.BootstrapServers);

        await client.ProduceAsync(InvoiceAgent.Corrected, invoices);
        List<ForeignRecord> records = await client.ReadAsync(InvoiceAgent.Reclassified, invoices.Length);

        InvoiceClassified[] classified = [.. records.Select(InvoiceClassified.Read)];
        classified.Select(invoice => invoice.Number).ShouldBe(Enumerable.Range(1, invoices.Length));
        ILookup<string, string> byPartition = classified.ToLookup(invoice => invoice.InvoiceId.Split('-')[0], invoice => invoice.InvoiceId.Split('-')[1]);
        byPartition.Count.ShouldBe(partitions);
        byPartition.ShouldAllBe(partition => partition.SequenceEqual(Enumerable.Range(1, each).Select(number => $"{number}")));
    }
}
