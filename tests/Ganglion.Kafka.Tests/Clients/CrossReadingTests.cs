using Ganglion.Events;
using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>What one client writes, every other reads, and so do readers in the process of the broker.</summary>
public sealed class CrossReadingTests(ListeningBroker broker) : IClassFixture<ListeningBroker>
{
    [Fact(Timeout = 120_000)]
    public async Task What_one_writes_all_read()
    {
        // Each writes to a partition of its own, every other one compressed; the last is the broker itself.
        string topic = await broker.CreateTopicAsync(ClientKind.All.Count + 1);
        KafkaClient[] clients = [.. ClientKind.All.Select(kind => kind.Open(broker.Servers))];
        ForeignRecord[] own = Samples.Of("the broker");
        await Task.WhenAll(
        [
            .. clients.Select((client, number) => client.ProduceAsync(topic, SamplesOf(number), number % 2 == 0 ? "gzip" : null)),
            broker.AppendAsync(topic, clients.Length, own.Select(ToRecord)),
        ]);

        List<ForeignRecord>[] read = await Task.WhenAll(clients.Select(client => client.ReadAsync(topic, own.Length * (clients.Length + 1))));

        string[] written = [.. Enumerable.Range(0, clients.Length).SelectMany(number => SamplesOf(number).Select(record => $"{number} {Samples.Show(record)}")),
            .. own.Select(record => $"{clients.Length} {Samples.Show(record)}")];
        foreach ((List<ForeignRecord> records, ClientKind kind) in read.Zip(ClientKind.All))
        {
            records.Select(record => $"{record.Partition} {Samples.Show(record)}").ShouldBe(written, ignoreOrder: true, kind.Name);
            records.Select(record => (record.Partition, record.Offset)).Distinct().Count().ShouldBe(written.Length, kind.Name);
        }

        var seen = new List<string>();
        for (int partition = 0; partition <= clients.Length; partition++)
        {
            seen.AddRange((await broker.ReadAsync(topic, partition)).Select(record => $"{partition} {Samples.Show(record.Record)}"));
        }

        seen.ShouldBe(written, ignoreOrder: true);
        foreach (KafkaClient client in clients)
        {
            await client.DisposeAsync();
        }
    }

    private static ForeignRecord[] SamplesOf(int number) =>
        [.. Samples.Of(ClientKind.All[number].Name).Select(record => record with { Partition = number })];

    private static Record ToRecord(ForeignRecord record) => new(
        ToMemory(record.Key),
        ToMemory(record.Value),
        RecordHeaders.Create([.. record.Headers.Select(header => new RecordHeader(header.Name, ToMemory(header.Value)))]));

    private static ReadOnlyMemory<byte>? ToMemory(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);
}
