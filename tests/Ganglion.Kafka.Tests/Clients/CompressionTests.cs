using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>What clients compress, in every way that Kafka knows, is read by the process of the broker and by each other.</summary>
public sealed class CompressionTests(CompressionTests.Fixture fixture) : IClassFixture<CompressionTests.Fixture>
{
    // kafkajs has gzip only, without further packages.
    private static readonly ClientKind[] Kinds =
        [ClientKind.Kcat, ClientKind.KafkaPython, ClientKind.ConfluentPython, ClientKind.Confluent, ClientKind.Platformatic];

    // Node.js 20 has no zstd.
    private static readonly (ClientKind Kind, string Compression)[] NotWritten = [(ClientKind.Platformatic, "zstd")];

    // Nor does it know the frames in which kafka-python writes snappy.
    private static readonly (ClientKind Kind, string Compression)[] NotRead = [(ClientKind.Platformatic, "zstd"), (ClientKind.Platformatic, "snappy")];

    private ListeningBroker Broker => fixture.Broker;

    [Theory(Timeout = 120_000)]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task However_one_compresses_all_read(string compression)
    {
        // Each writes to the partition of its number.
        ClientKind[] writers = [.. Kinds.Where(kind => !NotWritten.Contains((kind, compression)))];
        string topic = await Broker.CreateTopicAsync(writers.Length);
        await Task.WhenAll(writers.Select((kind, number) => fixture.Clients[kind].ProduceAsync(topic, SamplesOf(number), compression)));

        string[] written = [.. writers.SelectMany((_, number) => SamplesOf(number).Select(record => $"{number} {Samples.Show(record)}"))];
        for (int number = 0; number < writers.Length; number++)
        {
            (await StoredBatch.ReadAsync(Broker.Servers, topic, number)).ShouldContain(batch => batch.Compression == compression);
            (await Broker.ReadAsync(topic, number)).Select(record => Samples.Show(record.Record))
                .ShouldBe(SamplesOf(number).Select(Samples.Show), ignoreOrder: true, writers[number].Name);
        }

        foreach (ClientKind kind in Kinds.Where(kind => !NotRead.Contains((kind, compression))))
        {
            (await fixture.Clients[kind].ReadAsync(topic, written.Length)).Select(record => $"{record.Partition} {Samples.Show(record)}")
                .ShouldBe(written, ignoreOrder: true, kind.Name);
        }
    }

    private static ForeignRecord[] SamplesOf(int number) =>
        [.. Samples.Of($"writer {number}").Select(record => record with { Partition = number })];

    public sealed class Fixture : IAsyncLifetime
    {
        public ListeningBroker Broker { get; } = new();

        public Dictionary<ClientKind, KafkaClient> Clients { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            await Broker.InitializeAsync();
            Clients = Kinds.ToDictionary(kind => kind, kind => kind.Open(Broker.Servers));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (KafkaClient client in Clients.Values)
            {
                await client.DisposeAsync();
            }

            await Broker.DisposeAsync();
        }
    }
}
