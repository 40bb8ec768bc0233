using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Kafka.Clients;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Settings;
using Ganglion.Kafka.Tests.Connecting;
using Microsoft.Extensions.Logging.Abstractions;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Tests.Native;

/// <summary>What producers do by themselves, without the one of Confluent.Kafka.</summary>
public sealed class NativeProducerTests
{
    public NativeProducerTests() => NativeClient.Load();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Records_arrive_as_they_are_however_many_headers_they_have_and_however_large_these_are()
    {
        await using MockCluster cluster = await MockCluster.StartAsync();
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        Record[] written =
        [
            new(new byte[] { 1 }, new byte[] { 2, 3 }, default, time),
            new(null, null, RecordHeaders.Create([.. Enumerable.Range(0, 200).Select(n => new RecordHeader($"header-{n}-{new string('n', n)}", new byte[n]))]), time),
            new(new byte[40_000], new byte[100_000], RecordHeaders.Create(new("long", new byte[50_000]), new("long", default(ReadOnlyMemory<byte>?)), new("long", "")), time),
            new(ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty, RecordHeaders.Create(new RecordHeader("Größe", "é")), time),
        ];

        await producer.CommitAsync(new AtomicCommit { Records = [.. written.Select(record => new ProducerRecord(topic, record, 0))] }, Timeout);
        foreach (Record record in written)
        {
            await producer.AppendAsync(new ProducerRecord(topic, record, 0), Timeout);
        }

        List<Record> read = await ReadAsync(broker, new TopicPartition(topic, 0), 2 * written.Length);
        for (int i = 0; i < read.Count; i++)
        {
            Record expected = written[i % written.Length];
            read[i].Key?.ToArray().ShouldBe(expected.Key?.ToArray());
            read[i].Key.HasValue.ShouldBe(expected.Key.HasValue);
            read[i].Value?.ToArray().ShouldBe(expected.Value?.ToArray());
            read[i].Value.HasValue.ShouldBe(expected.Value.HasValue);
            read[i].Headers.ShouldBe(expected.Headers);
            read[i].Timestamp.ShouldBe(time);
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("hush")]
    [InlineData("  between  blanks  ")]
    public async Task A_password_reaches_the_cluster_as_it_is(string password)
    {
        await using var listener = new SaslListener(refuses: true);
        var options = new KafkaBrokerOptions
        {
            BootstrapServers = listener.Address,
            SecurityProtocol = KafkaSecurityProtocol.SaslPlaintext,
            Sasl = new KafkaSaslOptions { Mechanism = KafkaSaslMechanism.Plain, Username = "agents", Password = password },
        };
        NativeSettings settings = NativeSettings.Of(options, []);

        using NativeProducer producer = new ClientFactory(settings, new ClientLog(NullLogger.Instance)).OpenProducer(new ClientSettings(options, settings).ForProducer("agent"));

        (await listener.Told.WaitAsync(Timeout)).ShouldBe(["agents", password]);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_tells_what_it_has_to_log()
    {
        var told = new TaskCompletionSource<Client.LogMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        var settings = new Dictionary<string, string> { ["bootstrap.servers"] = "127.0.0.1:1", ["client.id"] = "agent", ["enable.idempotence"] = "true" };

        using var producer = new NativeProducer(settings, message => told.TrySetResult(message));

        Client.LogMessage message = await told.Task.WaitAsync(Timeout);
        message.Name.ShouldStartWith("agent#producer");
        message.Message.ShouldContain("Connection refused");
    }

    [Fact]
    public void A_setting_that_it_does_not_take_is_told() =>
        Should.Throw<InvalidOperationException>(() => new NativeProducer(new Dictionary<string, string> { ["lingering.ms"] = "5" }, _ => { }))
            .Message.ShouldContain("lingering.ms");

    private static async Task<List<Record>> ReadAsync(KafkaBroker broker, TopicPartition partition, int count)
    {
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.At(0) } }, Timeout);
        var read = new List<Record>();
        while (read.Count < count)
        {
            read.AddRange((await reader.ReadAsync(Timeout)).Records.Select(record => record.Record));
        }

        return read;
    }
}
