using System.Text;
using Ganglion.Brokers;
using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>What a client of another language can do with agents. Each client inherits it; no two tests use the same topics.</summary>
public abstract class ForeignClientTests(InvoiceHost host, KafkaClient client) : IAsyncDisposable
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task It_writes_bare_JSON_and_reads_what_agents_make_of_it_by_itself_and_in_a_group()
    {
        const int suppliers = 5;
        const int each = 4;
        ForeignRecord[] invoices =
        [
            .. from number in Enumerable.Range(1, each)
               from supplier in Enumerable.Range(1, suppliers)
               select ForeignRecord.Of($"supplier-{supplier}", $$"""{"invoice_id":"{{supplier}}-{{number}}","amount":{{number * 300}}}"""),
        ];

        await client.ProduceAsync(InvoiceAgent.Created, invoices);

        foreach (string? group in (string?[])[null, "auditors"])
        {
            List<ForeignRecord> classified = await client.ReadAsync(InvoiceAgent.Classified, invoices.Length, group);
            classified.ShouldAllBe(record => record.Header("ce_type") == InvoiceAgent.Classified && record.Header("content-type") == "application/json");
            ILookup<string, InvoiceClassified> read = classified.Select(InvoiceClassified.Read).ToLookup(invoice => invoice.InvoiceId.Split('-')[0]);
            foreach (string supplier in Enumerable.Range(1, suppliers).Select(number => $"{number}"))
            {
                // Each once, and in the order in which they were written.
                read[supplier].ShouldBe(Enumerable.Range(1, each).Select(number => new InvoiceClassified(
                    $"{supplier}-{number}", number * 300 < 1000 ? "SMALL" : "LARGE", number)));
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task It_puts_a_key_into_the_partition_in_which_agents_look_for_it()
    {
        string topic = await CreateTopicAsync();
        string[] keys = [.. Enumerable.Range(0, 50).Select(number => $"key-{number}")];

        await client.ProduceAsync(topic, [.. keys.Select(key => ForeignRecord.Of(key, "{}"))]);

        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        IReadOnlyList<TopicPartitionOffset> ours = await producer.AppendAsync(
            [.. keys.Select(key => new ProducerRecord(topic, new Record(Encoding.UTF8.GetBytes(key), null)))], Timeout);
        (await ReadKeysAsync(topic, keys.Length)).Order().ShouldBe(keys.Zip(ours, (key, place) => (place.Partition.Partition, key)).Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task It_writes_messages_with_the_attributes_of_AutoGen_in_headers_or_in_the_value()
    {
        ForeignRecord binary = ForeignRecord.Of(
            "session-7", """{"text":"Hi."}""",
            ("ce_specversion", "1.0"), ("ce_id", "m-1"), ("ce_type", "clerk:rpc_request=supplier"), ("ce_source", "session-7"), ("content-type", "application/json"),
            ("ce_agmsgkind", "rpc_request"), ("ce_agagentsendertype", "supplier"), ("ce_agagentsenderkey", "ACME"), ("ce_agfuture", "kept"));
        ForeignRecord structured = ForeignRecord.Of(
            "session-7",
            """{"specversion":"1.0","id":"m-2","type":"disputes","source":"session-7","agmsgkind":"publish","agagentsendertype":"supplier","agagentsenderkey":"ACME","agfuture":"kept","data":1}""",
            ("content-type", "application/cloudevents+json"));

        await client.ProduceAsync(InvoiceAgent.Disputed, [binary, structured]);
        List<ForeignRecord> acknowledged = await client.ReadAsync(InvoiceAgent.Acknowledged, 2);

        acknowledged.Select(record => record.Text).ShouldBe(
            ["\"Request supplier ACME session-7 m-1 kept\"", "\"Publish supplier ACME session-7  kept\""]);
        acknowledged.Select(record => record.Header("ce_causationid")).ShouldBe(["m-1", "m-2"]);
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // The client's records lie before ours.
    private async Task<List<(int Partition, string Key)>> ReadKeysAsync(string topic, int count)
    {
        TopicDescription description = (await host.Broker.Topics.FindAsync(topic, Timeout))!;
        await using IEventReader reader = await host.Broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = description.Partitions.ToDictionary(one => new TopicPartition(topic, one.Partition), _ => OffsetPosition.Earliest),
            },
            Timeout);
        var keys = new List<(int, string)>();
        while (keys.Count < 2 * count)
        {
            ConsumedBatch batch = await reader.ReadAsync(Timeout);
            keys.AddRange(batch.Records.Select(record => (batch.Partition.Partition, Encoding.UTF8.GetString(record.Record.Key!.Value.Span))));
        }

        return [.. keys.GroupBy(key => key).SelectMany(twice => twice.Take(twice.Count() / 2))];
    }

    private async Task<string> CreateTopicAsync()
    {
        string topic = $"events.{Guid.NewGuid():N}";
        await host.Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = 4 }, Timeout);
        return topic;
    }
}
