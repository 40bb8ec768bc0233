using Ganglion.Brokers;

namespace EndToEnd;

/// <summary>What a program has left behind on a broker.</summary>
internal static class BrokerExtensions
{
    /// <summary>Reads a topic from its beginning to its end.</summary>
    public static IAsyncEnumerable<Record> ReadAllAsync(this IEventBroker broker, TopicDescription topic) =>
        broker.ReadPlacedAsync(topic).Select(placed => placed.Record);

    /// <summary>Reads a topic from its beginning to its end, and where each record lies.</summary>
    public static async IAsyncEnumerable<(int Partition, long Offset, Record Record)> ReadPlacedAsync(this IEventBroker broker, TopicDescription topic)
    {
        Dictionary<TopicPartition, long> ends = topic.Partitions.ToDictionary(
            partition => new TopicPartition(topic.Name, partition.Partition), partition => partition.LatestOffset);
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = ends.ToDictionary(end => end.Key, _ => OffsetPosition.Earliest) });
        while (ends.Any(end => reader.GetPosition(end.Key) < end.Value))
        {
            ConsumedBatch batch = await reader.ReadAsync();
            foreach (ConsumedRecord record in batch.Records)
            {
                yield return (batch.Partition.Partition, record.Offset, record.Record);
            }
        }
    }
}
