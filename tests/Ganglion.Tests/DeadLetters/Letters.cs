using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.DeadLetters;

/// <summary>A volatile broker with dead letters, and their queue.</summary>
internal sealed class Letters : IAsyncDisposable
{
    private static readonly RecordHeader[] None = [];

    public Letters()
    {
        Queue = new DeadLetterQueue(Broker, TimeProvider.System);
    }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public EmbeddedBroker Broker { get; } = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { AutoCreateTopics = false });

    public DeadLetterQueue Queue { get; }

    public static string TextOf(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Encoding.UTF8.GetString(some.Span) : "<null>";

    public async Task<Letters> WithTopicsAsync(params string[] topics)
    {
        foreach (string topic in topics)
        {
            await Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = 2 }, Cancelled);
        }

        return this;
    }

    /// <summary>Parks an event as an agent does.</summary>
    public Task<TopicPartitionOffset> ParkAsync(
        string value, string? key = "k", string topic = "orders", string group = "billing", string error = "System.InvalidOperationException", long offset = 77) =>
        ParkAsync(value, key, topic, None, group, error, offset);

    public async Task<TopicPartitionOffset> ParkAsync(
        string value, string? key, string topic, RecordHeader[] own, string group = "billing", string error = "System.InvalidOperationException", long offset = 77)
    {
        RecordHeaders headers = RecordHeaders.Create(
        [
            .. own,
            new RecordHeader("__dlq.errors.topic", topic),
            new RecordHeader("__dlq.errors.partition", "1"),
            new RecordHeader("__dlq.errors.offset", $"{offset}"),
            new RecordHeader("__dlq.errors.group", group),
            new RecordHeader("__dlq.errors.message", "no"),
            new RecordHeader("__dlq.errors.exception.class.name", error),
        ]);
        return await AppendAsync(topic + ".dlq", new Record(key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), headers));
    }

    public async Task<TopicPartitionOffset> AppendAsync(string topic, Record record)
    {
        await using IEventProducer producer = await Broker.CreateProducerAsync(cancellationToken: Cancelled);
        return await producer.AppendAsync(new ProducerRecord(topic, record), Cancelled);
    }

    /// <summary>The values of the letters that are open.</summary>
    public async Task<List<string>> ListAsync(DeadLetterFilter? filter = null)
    {
        var values = new List<string>();
        TopicPartitionOffset? next = null;
        do
        {
            DeadLetterPage page = await Queue.ListAsync(filter, next, cancellationToken: Cancelled);
            values.AddRange(page.Letters.Select(letter => TextOf(letter.Record.Value)));
            next = page.Next;
        }
        while (next is not null);

        return values;
    }

    public async Task<List<Record>> ReadAsync(string topic)
    {
        TopicDescription description = (await Broker.Topics.FindAsync(topic, Cancelled))!;
        var records = new List<Record>();
        foreach (PartitionDescription partition in description.Partitions)
        {
            records.AddRange((await Broker.ReadRecordsAsync(topic, partition.Partition)).Select(record => record.Record));
        }

        return records;
    }

    public async Task<List<string>> ReadValuesAsync(string topic) => [.. (await ReadAsync(topic)).Select(record => TextOf(record.Value))];

    public async ValueTask DisposeAsync()
    {
        Queue.Dispose();
        await Broker.DisposeAsync();
    }
}
