using System.Text;
using Ganglion.Brokers;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>What tests of the log say often, in few words.</summary>
internal static class BrokerExtensions
{
    public static ProducerRecord To(this string value, string topic, int partition = 0, string? key = null) => new(
        topic, new Record(key is null ? null : Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value)), partition);

    public static async Task AppendAsync(this IEventBroker broker, params ProducerRecord[] records)
    {
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        await producer.AppendAsync(records, TestContext.Current.CancellationToken);
    }

    /// <summary>The values of a partition from its beginning to its end.</summary>
    public static async Task<List<string>> ReadAllAsync(this IEventBroker broker, string topic, int partition = 0)
    {
        List<ConsumedRecord> records = await broker.ReadRecordsAsync(topic, partition);
        return [.. records.Select(record => record.Record.Value is { } value ? Encoding.UTF8.GetString(value.Span) : "<null>")];
    }

    public static async Task<List<ConsumedRecord>> ReadRecordsAsync(this IEventBroker broker, string topic, int partition = 0)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var place = new TopicPartition(topic, partition);
        long end = await broker.Topics.GetOffsetAsync(place, OffsetPosition.Latest, cancellationToken);
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [place] = OffsetPosition.Earliest } }, cancellationToken);
        var records = new List<ConsumedRecord>();
        while (reader.GetPosition(place) < end)
        {
            records.AddRange((await reader.ReadAsync(cancellationToken)).Records);
        }

        return records;
    }
}
